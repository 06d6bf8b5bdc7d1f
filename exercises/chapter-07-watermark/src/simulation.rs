//! Simulates a queue whose two ends aren't equally fast. The clock is a
//! count of ticks, so every run has the same result.

use futures_util::FutureExt;

use crate::{
    Consumer, Flow, Producer, QueueError, Record, Watermarks, Weight,
    queue,
};

/// How much is produced and consumed, and which queue is in between.
/// All sizes are in bytes, and an item has at least 1.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// How many bytes the producer has in each tick.
    pub give: usize,
    /// How many bytes the consumer may take in each tick.
    pub take: usize,
    /// The size of one item.
    pub item: usize,
    /// The marks of the queue.
    pub marks: Watermarks,
    /// How many ticks there are.
    pub ticks: usize,
}

/// Whether the producer looks at what a push returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// After a `Wait`, it pushes nothing before the drain.
    Obeys,
    /// It pushes everything it has.
    Ignores,
}

/// An item that has a size but no bytes, because nobody reads them.
struct Item(usize);

impl Weight for Item {
    fn weight(&self) -> usize {
        self.0
    }
}

impl Simulation {
    /// Runs all ticks. Returns the level after each tick, in bytes, and
    /// the record at the end.
    ///
    /// In each tick, the producer has its turn first, and then the
    /// consumer. What's left of the consumer's budget is added to that
    /// of the next tick.
    ///
    /// # Errors
    ///
    /// Returns the queue's errors. If both ends are correct, there are
    /// none.
    pub fn run(
        &self,
        policy: Policy,
    ) -> Result<(Vec<usize>, Record), QueueError> {
        todo!("chapter 7: run {self:?}, and it {policy:?} `Wait`")
    }

    /// Runs one tick of the producer, which pushes `give` bytes in
    /// items of `item` bytes; the last item may be shorter. `last` is
    /// what the last push of the previous tick returned.
    ///
    /// If the last push returned `Wait`, a producer that obeys asks for
    /// the drain before it pushes. It asks once, without waiting, and
    /// if the drain hasn't fired, it pushes nothing in this tick. Bytes
    /// that it doesn't push aren't lost, because they were never read
    /// from the disk, and they don't increase the next tick's `give`.
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

    /// Runs one tick of the consumer, which takes items as long as the
    /// budget has room for a whole one (`item` bytes).
    ///
    /// Returns what's left of the budget if that's less than one item.
    /// If the queue is empty before that, the consumer has waited for
    /// the rest of the tick, so nothing is left, and this returns 0.
    fn consume(
        &self,
        consumer: &mut Consumer<Item>,
        mut budget: usize,
    ) -> Result<usize, QueueError> {
        todo!("chapter 7: take up to {budget} bytes")
    }
}
