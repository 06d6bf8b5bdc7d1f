//! The end of a queue that pops.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::queue::{End, Gauge, Parcel};
use crate::{QueueError, Record, Weight};

/// Pops items, in the order in which they were pushed.
///
/// Dropped, it frees what waits, and the producer is told
/// [`QueueError::Closed`].
pub struct Consumer<T: Weight> {
    pub(crate) gauge: Arc<Gauge>,
    pub(crate) receiver: UnboundedReceiver<Parcel<T>>,
    /// Once the last item was taken.
    pub(crate) end: Option<End>,
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
        if self.end.is_none() {
            match self.receiver.recv().await {
                Some(Parcel::Item(weight, item)) => {
                    self.taken(weight);
                    return Ok(Some(item));
                }
                Some(Parcel::End(end)) => self.end = Some(end),
                None => self.end = Some(End::Vanished),
            }
        }
        if let Some(End::Closed) = self.end {
            return Ok(None);
        }
        match self.end.replace(End::Vanished) {
            Some(End::Failed(error)) => Err(QueueError::Failed(error)),
            _ => Err(QueueError::Abandoned),
        }
    }

    /// Takes the level down, and drains at the low mark.
    fn taken(&self, weight: usize) {
        let mut meter = self.gauge.meter();
        meter.record.level -= weight;
        if meter.record.level <= self.gauge.marks.low {
            self.gauge.owed.send_if_modified(std::mem::take);
        }
    }

    /// What the queue remembers.
    pub fn record(&self) -> Record {
        self.gauge.meter().record
    }
}
