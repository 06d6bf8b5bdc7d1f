//! The consumer: the end of a queue that pops.

use std::sync::Arc;

use crate::queue::Shared;
use crate::{QueueError, Record, Weight};

/// Pops items, in the order in which they were pushed.
///
/// If it is dropped, the items that wait are freed, and the
/// producer gets [`QueueError::Closed`].
#[derive(Debug)]
pub struct Consumer<T: Weight> {
    pub(crate) shared: Arc<Shared<T>>,
}

impl<T: Weight> Consumer<T> {
    /// Takes the oldest item; waits for one if there is none.
    ///
    /// Returns `None`, as often as it is asked, when the producer
    /// has closed the queue and every item was taken. Any other end
    /// is an error: `Failed`, once, with the producer's own error,
    /// and `Abandoned` if the producer vanished.
    ///
    /// The drain: a pop that takes the level to the low-water mark
    /// or below wakes a producer whose push returned `Wait`.
    ///
    /// # Cancellation
    ///
    /// The future may be dropped while it waits, whatever it waits
    /// for: no item is lost. It is polled when something has
    /// changed, and not over and over.
    pub async fn pop(&mut self) -> Result<Option<T>, QueueError> {
        //? todo!("chapter 7: take the oldest item, or wait for one")
        // ANCHOR: cut-pop
        loop {
            {
                let mut state = self.shared.state();
                if let Some((weight, item)) = state.items.pop_front() {
                    state.record.level -= weight;
                    let low =
                        state.record.level <= self.shared.marks.low;
                    if state.waiting && low {
                        state.waiting = false;
                        self.shared.drained.notify_one();
                    }
                    return Ok(Some(item));
                }
                if let Some(end) = &mut state.ended {
                    return end.outcome_for_consumer();
                }
            }
            self.shared.filled.notified().await;
        }
        // ANCHOR_END: cut-pop
    }

    /// What the queue has counted.
    pub fn record(&self) -> Record {
        self.shared.state().record
    }
}
