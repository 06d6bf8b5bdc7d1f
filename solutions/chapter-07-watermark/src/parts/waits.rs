//! How often the producers of many queues had to wait.
//!
//! We provide this file, so that a server's metrics can have a single
//! number, however many queues there are and wherever they were made.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

tokio::task_local! {
    static CURRENT: Waits;
}

/// Counts the pushes that returned [`Wait`](crate::Flow::Wait)
/// in all queues that were made inside
/// [`counting`](Self::counting). Clones share one count.
#[derive(Debug, Clone, Default)]
pub struct Waits {
    count: Arc<AtomicU64>,
}

impl Waits {
    /// Returns how often the producers of those queues had to wait,
    /// counting only queues that have been dropped.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Runs a future, and counts the waits of every queue that's made
    /// in it. The waits of a queue are added when both of its ends have
    /// been dropped.
    pub async fn counting<F: Future>(&self, future: F) -> F::Output {
        CURRENT.scope(self.clone(), future).await
    }

    /// Returns the counter that `counting` has set here, or a new one
    /// that nobody reads.
    pub(crate) fn current() -> Self {
        CURRENT.try_with(Self::clone).unwrap_or_default()
    }

    pub(crate) fn add(&self, waits: u64) {
        self.count.fetch_add(waits, Ordering::Relaxed);
    }
}
