//! A task that ends with its owner. Given: it is `tokio::spawn`
//! with a drop.

use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;

/// A task that is aborted at its next wait when this is dropped. A
/// body owns its reader's task in this way, so no reader outlives
/// its client.
#[derive(Debug)]
pub struct AbortOnDrop {
    task: JoinHandle<()>,
}

impl AbortOnDrop {
    /// Starts the task. Must be called inside a runtime.
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
