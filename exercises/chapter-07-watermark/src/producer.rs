//! The producer: the end of a queue that pushes.

use std::sync::Arc;

use crate::queue::{End, Shared};
use crate::{BoxError, Flow, QueueError, Weight};

/// Pushes items, and learns when to wait.
///
/// If it is dropped without [`close`](Self::close) or
/// [`fail`](Self::fail), the consumer gets
/// [`QueueError::Abandoned`].
#[derive(Debug)]
pub struct Producer<T: Weight> {
    pub(crate) shared: Arc<Shared<T>>,
}

impl<T: Weight> Producer<T> {
    /// Accepts an item, whatever the level, and wakes a consumer
    /// that waits for one.
    ///
    /// Returns `Ready` below the high-water mark, this item
    /// counted, and `Wait` from the mark on. It makes no difference
    /// whether a drain is still to come. With a high-water mark of
    /// 0, every push returns `Wait`. Each `Wait` is one of the
    /// record's `waits`.
    ///
    /// The item is weighed before anything changes: if `weight`
    /// panics, the queue is as it was.
    ///
    /// # Errors
    ///
    /// `Closed` when the consumer was dropped, or after `close` or
    /// `fail`. The item is dropped then, and only after the state
    /// was unlocked: its drop may use the queue.
    pub fn push(&self, item: T) -> Result<Flow, QueueError> {
        todo!("chapter 7: accept {} bytes", item.weight())
    }

    /// Waits for the drain that a `Wait` has announced: until the
    /// consumer has taken the level to the low-water mark or below.
    /// Returns at once if no push returned `Wait` since the last
    /// drain, or the drain has come already. A later `Ready` is not
    /// a drain. A queue that was closed, or failed, still drains.
    ///
    /// # Errors
    ///
    /// `Closed` when the consumer is dropped while this waits, or
    /// was dropped before, even if no push returned `Wait`.
    ///
    /// # Cancellation
    ///
    /// The future may be dropped while it waits. It is polled when
    /// something has changed, and not over and over.
    ///
    /// One wait at a time: a drain wakes one future. Of two that
    /// wait at once, as in `join!(p.send(a), p.send(b))`, the
    /// other may wait forever, so send one item after the other.
    /// (Two waits at once aren't graded.)
    pub async fn drained(&self) -> Result<(), QueueError> {
        todo!("chapter 7: wait for the drain")
    }

    /// Pushes, and waits for the drain if the push returned `Wait`.
    /// If it returned `Ready`, this doesn't wait, even if the drain
    /// of an earlier `Wait` is still to come.
    ///
    /// A producer that only sends has at most `high - 1` bytes and
    /// one item in the queue.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped while it waits, the item stays
    /// pushed.
    pub async fn send(&self, item: T) -> Result<(), QueueError> {
        todo!("chapter 7: send {} bytes", item.weight())
    }

    /// Ends the queue: everything was pushed. The first end counts:
    /// after `fail` this changes nothing.
    pub fn close(&self) {
        self.end(End::Closed);
    }

    /// Ends the queue with the reason why no more items come. The
    /// consumer gets the items that were pushed before, and then
    /// this error. The first end counts: after `close` this changes
    /// nothing.
    pub fn fail(&self, error: BoxError) {
        self.end(End::Failed(error));
    }

    /// Ends the queue like this, unless it has ended, and wakes a
    /// consumer that waits. An end that is refused is dropped after
    /// the state was unlocked: its error's drop may use the queue.
    fn end(&self, end: End) {
        todo!("chapter 7: end the queue: {end:?}")
    }
}
