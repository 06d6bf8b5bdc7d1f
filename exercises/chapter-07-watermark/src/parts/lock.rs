//! The lock around a queue's state, which gives tests a moment to act
//! after each use.
//!
//! We provide this file: it's a `Mutex` with a hook for tests.
//!
//! When one end has unlocked the state, the other end may do anything
//! before the state is locked again. With real threads, that happens
//! once in a million times. A test that uses [`after_each`] makes it
//! happen every time.

use std::cell::{Cell, RefCell};
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a test does right after an unlock.
type Act = Box<dyn FnMut()>;

thread_local! {
    static ACT: RefCell<Option<Act>> = const { RefCell::new(None) };
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// Runs `act` each time this thread has unlocked the state of a queue,
/// until `after_each` is called with `None`. Locks that `act` itself
/// takes and releases don't count. For tests.
pub fn after_each(act: Option<Act>) {
    ACT.set(act);
}

/// Returns whether this thread holds the lock of a queue. For tests.
pub fn held() -> bool {
    HELD.get() > 0
}

/// A mutex that runs the current thread's hook after each unlock.
#[derive(Debug)]
pub struct Lock<T>(Mutex<T>);

impl<T> Lock<T> {
    /// Puts a value behind a lock.
    pub fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Locks the value until the result is dropped. A panic while the
    /// value was locked makes no difference; `Shared::state` explains
    /// why.
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
    // Fields are dropped in this order, so the value is unlocked first.
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
        // The hook is taken out while it runs, so the locks that it
        // uses itself don't call it again.
        let act = ACT.try_with(RefCell::take).ok().flatten();
        if let Some(mut act) = act {
            act();
            ACT.set(Some(act));
        }
    }
}
