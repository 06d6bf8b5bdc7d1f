//! The end of a queue that pushes.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use crate::queue::{End, Gauge, Parcel};
use crate::{Flow, BoxError, QueueError, Weight};

/// Pushes items, and is told when to wait.
///
/// Dropped without [`close`](Self::close) or [`fail`](Self::fail),
/// it lets the consumer know: see [`QueueError::Abandoned`].
pub struct Producer<T: Weight> {
    pub(crate) gauge: Arc<Gauge>,
    pub(crate) sender: UnboundedSender<Parcel<T>>,
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
        let mut meter = self.gauge.meter();
        if meter.ended {
            // Not while it is locked: an item may be somebody's
            // type.
            drop(meter);
            return Err(QueueError::Closed);
        }
        if let Err(refused) =
            self.sender.send(Parcel::Item(weight, item))
        {
            drop(meter);
            drop(refused);
            return Err(QueueError::Closed);
        }
        let record = &mut meter.record;
        record.level += weight;
        record.peak = record.peak.max(record.level);
        record.pushed += 1;
        if record.level < self.gauge.marks.high {
            return Ok(Flow::Ready);
        }
        record.waits += 1;
        self.gauge.owed.send_replace(true);
        Ok(Flow::Wait)
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
        let mut owed = self.gauge.owed.subscribe();
        tokio::select! {
            biased;
            () = self.sender.closed() => Err(QueueError::Closed),
            _ = owed.wait_for(|owed| !owed) => Ok(()),
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
    /// consumer that waits.
    fn end(&self, end: End) {
        let ended =
            std::mem::replace(&mut self.gauge.meter().ended, true);
        if !ended {
            // Who has left is not told, and needs not be.
            drop(self.sender.send(Parcel::End(end)));
        }
    }
}
