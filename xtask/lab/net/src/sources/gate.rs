//! A gate that really blocks the threads that reach it, like a slow disk.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a thread is blocked before the gate gives up. That happens only if the
/// thread itself blocks the runtime, because then nothing can open the gate.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A closed gate. All clones are the same gate.
#[derive(Clone, Debug)]
pub struct BlockingGate {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    opened: Condvar,
    patience: Duration,
}

#[derive(Debug, Default)]
struct State {
    open: bool,
    entered: usize,
    gave_up: bool,
}

impl BlockingGate {
    /// A closed gate that gives up after [`PATIENCE`].
    pub fn new() -> BlockingGate {
        BlockingGate::with_patience(PATIENCE)
    }

    /// A closed gate that gives up after `patience`.
    pub fn with_patience(patience: Duration) -> BlockingGate {
        BlockingGate {
            inner: Arc::new(Inner {
                state: Mutex::default(),
                opened: Condvar::new(),
                patience,
            }),
        }
    }

    /// Blocks this thread until the gate is opened.
    pub fn pass(&self) {
        let mut state = self.state();
        state.entered += 1;
        let (opened, patience) = (&self.inner.opened, self.inner.patience);
        let waited = opened.wait_timeout_while(state, patience, |state| !state.open);
        let (mut state, late) = waited.unwrap_or_else(PoisonError::into_inner);
        if late.timed_out() {
            // Nothing opened it in time. Later reads pass at once, so that a check that
            // fails anyway doesn't wait as long for each of them.
            state.gave_up = true;
            state.open = true;
        }
    }

    /// Opens the gate: threads that wait continue, and no thread waits anymore.
    pub fn open(&self) {
        self.state().open = true;
        self.inner.opened.notify_all();
    }

    /// Returns how many threads have reached it.
    pub fn entered(&self) -> usize {
        self.state().entered
    }

    /// Returns whether it gave up because nothing opened it in time.
    pub fn gave_up(&self) -> bool {
        self.state().gave_up
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.inner.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for BlockingGate {
    fn default() -> BlockingGate {
        BlockingGate::new()
    }
}
