//! The queue: an unbounded channel for the items, a record of
//! their weight, and a watched flag for the drain.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, watch};

use crate::{
    BoxError, Consumer, Producer, Record, Waits, Watermarks, Weight,
};

/// Makes a queue, and gives its two ends. Each has one owner.
pub fn queue<T: Weight>(marks: Watermarks) -> (Producer<T>, Consumer<T>) {
    let gauge = Arc::new(Gauge {
        marks,
        meter: Mutex::default(),
        owed: watch::Sender::new(false),
        waits: Waits::current(),
    });
    let (sender, receiver) = mpsc::unbounded_channel();
    let producer = Producer {
        gauge: Arc::clone(&gauge),
        sender,
    };
    let consumer = Consumer {
        gauge,
        receiver,
        end: None,
    };
    (producer, consumer)
}

/// What goes through the channel.
pub(crate) enum Parcel<T> {
    Item(usize, T),
    /// The last one.
    End(End),
}

/// How a producer ended.
#[derive(Debug)]
pub(crate) enum End {
    Closed,
    Failed(BoxError),
    /// It vanished, or its error was told already.
    Vanished,
}

/// What both ends count.
pub(crate) struct Gauge {
    pub(crate) marks: Watermarks,
    meter: Mutex<Meter>,
    /// A push was answered with `Wait`, and its drain is to come.
    /// It changes under the lock of the meter only.
    pub(crate) owed: watch::Sender<bool>,
    /// Counts the waits when both ends are gone.
    waits: Waits,
}

impl Drop for Gauge {
    fn drop(&mut self) {
        let waits = self.meter().record.waits;
        self.waits.add(waits);
    }
}

#[derive(Default)]
pub(crate) struct Meter {
    pub(crate) record: Record,
    /// The producer has ended the queue itself.
    pub(crate) ended: bool,
}

impl Gauge {
    pub(crate) fn meter(&self) -> MutexGuard<'_, Meter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Weight> Drop for Consumer<T> {
    fn drop(&mut self) {
        {
            let mut meter = self.gauge.meter();
            meter.record.level = 0;
            self.receiver.close();
        }
        while self.receiver.try_recv().is_ok() {}
    }
}

impl<T: Weight> fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.gauge.meter().record;
        f.debug_tuple("Producer").field(&record).finish()
    }
}

impl<T: Weight> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Consumer").field(&self.record()).finish()
    }
}
