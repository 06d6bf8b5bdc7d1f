//! A gate that really blocks the thread which comes to it, as a slow disk does.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a thread is blocked before the gate gives up: only a runtime that the
/// thread itself blocks takes that long, since nobody is left to open the gate.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A closed gate. Clones are the same gate.
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

    /// Blocks this thread until the gate is open.
    pub fn pass(&self) {
        let mut state = self.state();
        state.entered += 1;
        let (opened, patience) = (&self.inner.opened, self.inner.patience);
        let waited = opened.wait_timeout_while(state, patience, |state| !state.open);
        let (mut state, late) = waited.unwrap_or_else(PoisonError::into_inner);
        if late.timed_out() {
            // Nobody opened it in time. Later reads pass at once, so that a check which
            // is wrong anyway doesn't wait as long for each of them.
            state.gave_up = true;
            state.open = true;
        }
    }

    /// Opens the gate: every read that waits goes on, and none waits any more.
    pub fn open(&self) {
        self.state().open = true;
        self.inner.opened.notify_all();
    }

    /// How many threads came to it.
    pub fn entered(&self) -> usize {
        self.state().entered
    }

    /// Whether nobody opened it in time.
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
