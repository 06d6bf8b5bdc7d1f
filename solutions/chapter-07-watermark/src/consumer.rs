//! The end of a queue that pops.

use std::sync::Arc;

use crate::queue::Shared;
use crate::{QueueError, Record, Weight};

/// Pops items, in the order in which they were pushed.
///
/// Dropped, it frees what waits, and the producer is told
/// [`QueueError::Closed`].
pub struct Consumer<T: Weight> {
    pub(crate) shared: Arc<Shared<T>>,
}

impl<T: Weight> Consumer<T> {
    /// The oldest item; waits for one if there is none.
    ///
    /// `None`, as often as it is asked, when the producer has
    /// closed and every item was taken. Otherwise the end is an
    /// error: `Failed` once, with the producer's own, and
    /// `Abandoned` where it vanished.
    ///
    /// The drain: a pop that takes the level to the low mark or
    /// below wakes a producer that was told to wait.
    ///
    /// The future may be dropped while it waits: no item is lost.
    /// It is polled when there is news, and not over and over.
    pub async fn pop(&mut self) -> Result<Option<T>, QueueError> {
        //? todo!("chapter 7: pop from {self:?}")
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
                    return end.told();
                }
            }
            self.shared.filled.notified().await;
        }
        // ANCHOR_END: cut-pop
    }

    /// What the queue remembers.
    pub fn record(&self) -> Record {
        self.shared.state().record
    }
}
