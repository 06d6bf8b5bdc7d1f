//! The feeder: the task that fills the queue of a body.

use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;

/// A task that belongs to a body. Who drops it ends the task at
/// its next wait, so no reader outlives its client.
#[derive(Debug)]
pub struct Feeder {
    task: JoinHandle<()>,
}

impl Feeder {
    /// Starts the task. Must be called inside a runtime.
    pub fn spawn(task: BoxFuture<'static, ()>) -> Self {
        let task = tokio::spawn(task);
        Self { task }
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.task.abort();
    }
}
