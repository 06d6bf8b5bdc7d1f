//! The consumer: the end of a queue that pops.

use std::sync::Arc;

use crate::queue::Shared;
use crate::{QueueError, Record, Weight};

/// Pops items in the order in which they were pushed.
///
/// If the consumer is dropped, the items in the queue are freed, and
/// the producer gets [`QueueError::Closed`].
#[derive(Debug)]
pub struct Consumer<T: Weight> {
    pub(crate) shared: Arc<Shared<T>>,
}

impl<T: Weight> Consumer<T> {
    /// Takes the oldest item, or waits for one if the queue is empty.
    ///
    /// Once the producer has closed the queue and every item was taken,
    /// every call returns `None`.
    ///
    /// If this brings the level down to the low-water mark or below, it
    /// wakes a producer whose push returned `Wait`. That's the drain.
    ///
    /// # Errors
    ///
    /// Returns `Failed` with the producer's own error, once, if the
    /// producer failed, and `Abandoned` if the producer was dropped
    /// without ending the queue. In both cases, the items that were
    /// pushed come first.
    ///
    /// # Cancellation
    ///
    /// Cancel safe: if the future is dropped while it waits, no item is
    /// lost. The future wakes its task only when something has changed.
    pub async fn pop(&mut self) -> Result<Option<T>, QueueError> {
        todo!("chapter 7: take the oldest item, or wait for one")
    }

    /// Returns what the queue has counted.
    pub fn record(&self) -> Record {
        self.shared.state().record
    }
}
