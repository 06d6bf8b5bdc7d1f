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
    /// counted, and `Wait` from the mark on. It does not matter
    /// whether a drain is still to come. With a mark of 0 every
    /// answer is `Wait`. Each `Wait` is one of the record's
    /// `waits`.
    ///
    /// `Closed` when the consumer has left, or after `close` or
    /// `fail`. The item is dropped then, and only after the state
    /// was unlocked: its drop may use the queue.
    pub fn push(&self, item: T) -> Result<Flow, QueueError> {
        let (weight, mut state) = (item.weight(), self.shared.state());
        if state.abandoned || state.ended.is_some() {
            return Err(QueueError::Closed);
        }
        // Who waits has seen an empty queue, under this lock.
        let empty = state.items.is_empty();
        state.items.push_back((weight, item));
        let record = &mut state.record;
        record.pushed += 1;
        record.level += weight;
        record.peak = record.peak.max(record.level);
        if empty {
            self.shared.filled.notify_one();
        }
        let wait = record.level >= self.shared.marks.high;
        record.waits += u64::from(wait);
        state.waiting |= wait;
        Ok(if wait { Flow::Wait } else { Flow::Ready })
    }

    /// Waits for the drain that a `Wait` has announced: until the
    /// consumer has taken the level to the low mark or below. At
    /// once, if no push was answered with `Wait` since the last
    /// drain, or the drain has come already. A later `Ready`
    /// is no drain. A queue that was closed, or failed, still
    /// drains.
    ///
    /// `Closed` when the consumer leaves while this waits, or has
    /// left, even if nobody was told to wait.
    ///
    /// The future may be dropped while it waits. It is polled
    /// when there is news, and not over and over.
    ///
    /// One wait at a time: a drain wakes one future. Of two that
    /// wait at once, as in `join!(p.send(a), p.send(b))`, the
    /// other may wait forever, so send one item after the other.
    /// (Two waits at once are not graded.)
    pub async fn drained(&self) -> Result<(), QueueError> {
        loop {
            {
                let state = self.shared.state();
                if state.abandoned {
                    return Err(QueueError::Closed);
                } else if !state.waiting {
                    return Ok(());
                }
            }
            // What was kept may be an old call: look again.
            self.shared.drained.notified().await;
        }
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
    /// consumer that waits. An end that is refused is dropped when
    /// the state is unlocked: its error's drop may use the queue.
    fn end(&self, end: End) {
        let mut state = self.shared.state();
        if state.ended.is_none() {
            state.ended = Some(end);
            self.shared.filled.notify_one();
        }
    }
}
