//! The consumer: the end of a queue that pops.

use std::sync::Arc;

use crate::queue::Shared;
use crate::{QueueError, Record, Weight};

/// Pops items in the order in which they were pushed.
///
/// If it's dropped, the items that are waiting are freed, and the
/// producer gets [`QueueError::Closed`].
#[derive(Debug)]
pub struct Consumer<T: Weight> {
    pub(crate) shared: Arc<Shared<T>>,
}

impl<T: Weight> Consumer<T> {
    /// Takes the oldest item, and waits for one if there is none.
    ///
    /// Returns `None`, as often as it's called, once the producer has
    /// closed the queue and every item was taken.
    ///
    /// A pop that takes the level down to the low-water mark or below
    /// wakes a producer whose push returned `Wait`. That's the drain.
    ///
    /// # Errors
    ///
    /// Returns `Failed` with the producer's own error, once, if the
    /// producer failed, and `Abandoned` if it vanished. In both cases,
    /// the items come first.
    ///
    /// # Cancellation
    ///
    /// Cancel safe: the future may be dropped while it waits, whatever
    /// it waits for, and no item is lost. It's polled when something
    /// has changed, and not over and over.
    pub async fn pop(&mut self) -> Result<Option<T>, QueueError> {
        todo!("chapter 7: take the oldest item, or wait for one")
    }

    /// Returns what the queue has counted.
    pub fn record(&self) -> Record {
        self.shared.state().record
    }
}
