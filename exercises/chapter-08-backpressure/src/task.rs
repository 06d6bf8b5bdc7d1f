//! A task that's aborted when its owner is dropped.
//!
//! We provide this file: it's `tokio::spawn` with a `Drop`.

use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;

/// A task that's aborted when this handle is dropped. The task stops at
/// its next `.await`. A body owns its reader's task this way, so no
/// reader outlives its client.
#[derive(Debug)]
pub struct AbortOnDrop {
    task: JoinHandle<()>,
}

impl AbortOnDrop {
    /// Starts the task.
    ///
    /// # Panics
    ///
    /// Panics if it's called outside a runtime.
    pub fn spawn(task: BoxFuture<'static, ()>) -> Self {
        let task = tokio::spawn(task);
        Self { task }
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.task.abort();
    }
}
