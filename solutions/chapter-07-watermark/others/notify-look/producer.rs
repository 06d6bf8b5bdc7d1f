//! The end of a queue that pushes.

use std::sync::Arc;

use crate::queue::{End, Shared};
use crate::{Flow, BoxError, QueueError, Weight};

/// Pushes items, and is told when to wait.
///
/// Dropped without [`close`](Self::close) or [`fail`](Self::fail),
/// it lets the consumer know: see [`QueueError::Abandoned`].
pub struct Producer<T: Weight> {
    pub(crate) shared: Arc<Shared<T>>,
}

impl<T: Weight> Producer<T> {
    /// Accepts an item, whatever the level, and wakes a consumer
    /// that waits for it.
    ///
    /// Then it answers: `Ready` below the high-water mark, this item
    /// counted, and `Wait` from the mark on. With a mark of 0
    /// every answer is `Wait`. Each `Wait` is one of the record's
    /// `waits`.
    ///
    /// `Closed` when the consumer has left, or after `close` or
    /// `fail`: the item is dropped.
    pub fn push(&self, item: T) -> Result<Flow, QueueError> {
        let weight = item.weight();
        let answer = {
            let mut state = self.shared.state();
            if state.abandoned || state.ended.is_some() {
                // Unlocked first: an item may be somebody's type.
                drop(state);
                return Err(QueueError::Closed);
            }
            state.items.push_back((weight, item));
            let record = &mut state.record;
            record.level += weight;
            record.peak = record.peak.max(record.level);
            record.pushed += 1;
            if record.level < self.shared.marks.high {
                Flow::Ready
            } else {
                record.waits += 1;
                state.waiting = true;
                Flow::Wait
            }
        };
        self.shared.filled.notify_one();
        Ok(answer)
    }

    /// Waits for the drain that a `Wait` has announced: until the
    /// consumer has taken the level down to the low mark. At once,
    /// if no push was answered with `Wait` since the last drain,
    /// or the drain has come already.
    ///
    /// `Closed` when the consumer leaves, also while this waits.
    ///
    /// The future may be dropped while it waits. It is polled
    /// when there is news, and not over and over.
    pub async fn drained(&self) -> Result<(), QueueError> {
        while self.must_wait()? {
            self.shared.drained.notified().await;
        }
        Ok(())
    }

    /// Pushes, and waits for the drain if the answer is `Wait`.
    /// Whoever only sends has at most `high - 1` bytes and one
    /// item in the queue. Dropped while it waits, the item stays
    /// pushed.
    pub async fn send(&self, item: T) -> Result<(), QueueError> {
        match self.push(item)? {
            Flow::Ready => Ok(()),
            Flow::Wait => self.drained().await,
        }
    }

    /// Says that all was pushed. The first end counts: after
    /// `fail` it changes nothing.
    pub fn close(&self) {
        self.end(End::Closed);
    }

    /// Says that no more items come, and why. The consumer gets
    /// the items that were pushed before, and then this error.
    /// The first end counts: after `close` it changes nothing.
    pub fn fail(&self, error: BoxError) {
        self.end(End::Failed(error));
    }

    /// Ends the queue like this, unless it has ended, and wakes a
    /// consumer that waits.
    fn end(&self, end: End) {
        let refused = {
            let mut state = self.shared.state();
            match &state.ended {
                None => {
                    state.ended = Some(end);
                    None
                }
                Some(_) => Some(end),
            }
        };
        drop(refused);
        self.shared.filled.notify_one();
    }

    /// One look: is a drain still to come, and will it come?
    fn must_wait(&self) -> Result<bool, QueueError> {
        let state = self.shared.state();
        if state.abandoned {
            return Err(QueueError::Closed);
        }
        Ok(state.waiting)
    }
}
