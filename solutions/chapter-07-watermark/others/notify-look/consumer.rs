//! The end of a queue that pops.

use std::sync::Arc;

use crate::queue::{End, Shared};
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
    /// The drain: a pop that takes the level down to the low mark
    /// wakes a producer that was told to wait.
    ///
    /// The future may be dropped while it waits: no item is lost.
    /// It is polled when there is news, and not over and over.
    pub async fn pop(&mut self) -> Result<Option<T>, QueueError> {
        loop {
            if let Some(found) = self.look() {
                return found;
            }
            self.shared.filled.notified().await;
        }
    }

    /// What there is now: an item, or the end, or nothing yet.
    fn look(&self) -> Option<Result<Option<T>, QueueError>> {
        let mut state = self.shared.state();
        let Some((weight, item)) = state.items.pop_front() else {
            return state.ended.as_mut().map(End::outcome_for_consumer);
        };
        state.record.level -= weight;
        let low = state.record.level <= self.shared.marks.low;
        let drain = low && std::mem::take(&mut state.waiting);
        drop(state);
        if drain {
            self.shared.drained.notify_one();
        }
        Some(Ok(Some(item)))
    }

    /// What the queue remembers.
    pub fn record(&self) -> Record {
        self.shared.state().record
    }
}
