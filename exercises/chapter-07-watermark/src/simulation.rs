//! A simulation of two ends that are not equally fast. It runs in
//! ticks instead of time, so it does the same each time.

use futures_util::FutureExt;

use crate::{
    Consumer, Flow, Producer, QueueError, Record, Watermarks, Weight,
    queue,
};

/// How much is produced and consumed, and through which queue. All
/// sizes are bytes, and an item has at least 1.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// What the producer has at each tick.
    pub give: usize,
    /// What the consumer may take at each tick.
    pub take: usize,
    /// The size of one item.
    pub item: usize,
    /// The marks of the queue.
    pub marks: Watermarks,
    /// How many ticks there are.
    pub ticks: usize,
}

/// Whether the producer reads what a push returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// After a `Wait`, it pushes nothing before the drain.
    Obeys,
    /// It pushes all that it has.
    Ignores,
}

/// An item that only has a size: nobody needs the bytes.
struct Item(usize);

impl Weight for Item {
    fn weight(&self) -> usize {
        self.0
    }
}

impl Simulation {
    /// Runs all ticks. Returns the level after each of them, in
    /// bytes, and the record at the end.
    ///
    /// In each tick, first the producer has its turn and then the
    /// consumer. What the consumer has left of its budget is added
    /// to that of the next tick.
    ///
    /// # Errors
    ///
    /// Those of the queue. There are none if both ends are right.
    pub fn run(
        &self,
        policy: Policy,
    ) -> Result<(Vec<usize>, Record), QueueError> {
        todo!("chapter 7: run {self:?}, and it {policy:?} `Wait`")
    }

    /// One tick of the producer: pushes `give` bytes in items of
    /// `item` bytes; the last item may be shorter. `last` is what
    /// the last push of the tick before returned.
    ///
    /// A producer that obeys asks for the drain before it pushes,
    /// if the last push returned `Wait`. It asks once, without
    /// waiting: if the drain hasn't come, its tick is over. What it
    /// hasn't pushed then isn't lost, and isn't kept for the next
    /// tick either: it was never read from the disk.
    ///
    /// Returns what the last push returned.
    fn produce(
        &self,
        producer: &Producer<Item>,
        policy: Policy,
        mut last: Flow,
    ) -> Result<Flow, QueueError> {
        todo!("chapter 7: push {} bytes", self.give)
    }

    /// One tick of the consumer: takes items while the budget has
    /// room for a whole one, of `item` bytes.
    ///
    /// Returns what is left of the budget. That is less than one
    /// item, and it is kept even if the last item that was taken
    /// left the queue empty. But if the budget has room for one
    /// more item and the queue has none, the rest is 0: time that
    /// wasn't used doesn't come back.
    fn consume(
        &self,
        consumer: &mut Consumer<Item>,
        mut budget: usize,
    ) -> Result<usize, QueueError> {
        todo!("chapter 7: take up to {budget} bytes")
    }
}
