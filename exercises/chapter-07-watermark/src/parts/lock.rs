//! The lock around a queue's state, and the moment after each use of
//! it. Given: it's a `Mutex`, with a place for tests to act.
//!
//! When one end has unlocked the state, the other end may do anything
//! before it's locked again. In practice, two threads meet there once
//! in a million times; a test that calls [`after_each`] gets there
//! every time.

use std::cell::{Cell, RefCell};
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a test does between two locks.
type Act = Box<dyn FnMut()>;

thread_local! {
    static ACT: RefCell<Option<Act>> = const { RefCell::new(None) };
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// Runs `act` each time this thread has unlocked the state of a queue,
/// until this is called with `None`. Locks that `act` takes itself
/// don't count. For tests.
pub fn after_each(act: Option<Act>) {
    ACT.set(act);
}

/// Returns whether this thread holds the lock of a queue. For tests.
pub fn held() -> bool {
    HELD.get() > 0
}

/// A mutex that runs its thread's test after each unlock.
#[derive(Debug)]
pub struct Lock<T>(Mutex<T>);

impl<T> Lock<T> {
    /// Puts a value behind a lock.
    pub fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Locks the value until the result is dropped. A panic while it
    /// was locked makes no difference; see `Shared::state`.
    pub fn lock(&self) -> Locked<'_, T> {
        let guard = self.0.lock();
        let guard = guard.unwrap_or_else(PoisonError::into_inner);
        HELD.set(HELD.get() + 1);
        Locked {
            guard,
            _after: After,
        }
    }
}

/// The value, while it's locked. Like a [`MutexGuard`], it can't be
/// sent to another thread, so it can't live across an `await`.
pub struct Locked<'a, T> {
    // Fields are dropped in this order: first it is unlocked.
    guard: MutexGuard<'a, T>,
    _after: After,
}

impl<T> Deref for Locked<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for Locked<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

/// Dropped when the lock is free again.
struct After;

impl Drop for After {
    fn drop(&mut self) {
        HELD.set(HELD.get() - 1);
        // Taken out while it runs: its own locks don't count.
        let act = ACT.try_with(RefCell::take).ok().flatten();
        if let Some(mut act) = act {
            act();
            ACT.set(Some(act));
        }
    }
}
