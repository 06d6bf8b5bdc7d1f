//! The producer: the end of a queue that pushes.

use std::sync::Arc;

use crate::queue::{End, Shared};
use crate::{BoxError, Flow, QueueError, Weight};

/// Pushes items, and learns when to wait.
///
/// If the producer is dropped without [`close`](Self::close) or
/// [`fail`](Self::fail), the consumer gets [`QueueError::Abandoned`].
#[derive(Debug)]
pub struct Producer<T: Weight> {
    pub(crate) shared: Arc<Shared<T>>,
}

impl<T: Weight> Producer<T> {
    /// Accepts an item, whatever the level, and wakes a consumer that's
    /// waiting for one.
    ///
    /// Returns `Ready` if the level, with this item included, is below
    /// the high-water mark, and `Wait` otherwise. It makes no
    /// difference whether an earlier drain hasn't fired yet. With a
    /// high-water mark of 0, every push returns `Wait`. Each `Wait` is
    /// counted in the record's `waits`.
    ///
    /// The item is weighed before anything changes, so a panic in
    /// `weight` leaves the queue unchanged.
    ///
    /// # Errors
    ///
    /// Returns `Closed` if the consumer was dropped, or after `close`
    /// or `fail`. In both cases, the item is dropped, but only after
    /// the state was unlocked, because dropping it may run code that
    /// uses the queue.
    pub fn push(&self, item: T) -> Result<Flow, QueueError> {
        todo!("chapter 7: accept {} bytes", item.weight())
    }

    /// Waits for the drain that follows a `Wait`, which fires when the
    /// consumer has brought the level down to the low-water mark or
    /// below.
    ///
    /// Returns at once if no push has returned `Wait` since the last
    /// drain, or if the drain has fired already. A `Ready` after the
    /// `Wait` doesn't count as a drain. The drain also fires in a queue
    /// that was closed or failed.
    ///
    /// # Errors
    ///
    /// Returns `Closed` if the consumer was dropped, before this call
    /// or while it waits, even if no push returned `Wait`.
    ///
    /// # Cancellation
    ///
    /// Cancel safe: the future may be dropped while it waits. It wakes
    /// its task only when something has changed.
    ///
    /// Only one wait at a time is supported, because a drain wakes one
    /// future. If two futures wait at once, as in `join!(p.send(a),
    /// p.send(b))`, one of them may wait forever, so send one item
    /// after the other. (Two waits at once aren't graded.)
    pub async fn drained(&self) -> Result<(), QueueError> {
        todo!("chapter 7: wait for the drain")
    }

    /// Pushes an item, and waits for the drain if the push returned
    /// `Wait`. If the push returned `Ready`, this doesn't wait, even if
    /// the drain of an earlier `Wait` hasn't fired yet.
    ///
    /// If a producer uses only `send`, the queue never holds more than
    /// `high - 1` bytes plus one item.
    ///
    /// # Errors
    ///
    /// Returns `Closed` if the consumer was dropped, and after `close`
    /// or `fail`.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped while it waits, the item stays pushed.
    pub async fn send(&self, item: T) -> Result<(), QueueError> {
        todo!("chapter 7: send {} bytes", item.weight())
    }

    /// Closes the queue: everything was pushed. If the queue has ended
    /// already, by `fail` for example, this changes nothing.
    pub fn close(&self) {
        self.end(End::Closed);
    }

    /// Ends the queue with the reason why no more items come. The
    /// consumer gets the items that were pushed before, and then this
    /// error. If the queue has ended already, by `close` for example,
    /// this changes nothing.
    pub fn fail(&self, error: BoxError) {
        self.end(End::Failed(error));
    }

    /// Ends the queue with `end`, unless it has ended already, and
    /// wakes a consumer that's waiting. If it has, `end` is dropped
    /// after the state was unlocked, because dropping the error in it
    /// may run code that uses the queue.
    pub(crate) fn end(&self, end: End) {
        todo!("chapter 7: end the queue: {end:?}")
    }
}
