//! A simulation of two ends that are not equally fast.

use futures_util::FutureExt;

use crate::{
    Consumer, Flow, Producer, QueueError, Record, Watermarks, Weight,
    queue,
};

/// How much is produced and consumed, and through which queue.
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

struct Item(usize);

impl Weight for Item {
    fn weight(&self) -> usize {
        self.0
    }
}

impl Simulation {
    /// Runs all ticks.
    pub fn run(
        &self,
        policy: Policy,
    ) -> Result<(Vec<usize>, Record), QueueError> {
        let (producer, mut consumer) = queue(self.marks);
        let mut saved = 0;
        let levels = (0..self.ticks).map(|_| {
            self.produce(&producer, policy)?;
            saved = self.consume(&mut consumer, saved + self.take)?;
            Ok(consumer.record().level)
        });
        let levels: Result<Vec<usize>, QueueError> = levels.collect();
        Ok((levels?, consumer.record()))
    }

    /// A queue that owes a drain says so by itself: there is no need
    /// to remember what the last push has returned.
    fn produce(
        &self,
        producer: &Producer<Item>,
        policy: Policy,
    ) -> Result<(), QueueError> {
        let whole = self.give / self.item;
        let rest = self.give % self.item;
        let sizes = std::iter::repeat_n(self.item, whole);
        for size in sizes.chain(Some(rest).filter(|&rest| rest > 0)) {
            if policy == Policy::Obeys {
                match producer.drained().now_or_never() {
                    None => break,
                    Some(drained) => drained?,
                }
            }
            let _: Flow = producer.push(Item(size))?;
        }
        Ok(())
    }

    fn consume(
        &self,
        consumer: &mut Consumer<Item>,
        budget: usize,
    ) -> Result<usize, QueueError> {
        let mut left = budget;
        loop {
            if left < self.item {
                return Ok(left);
            }
            let Some(popped) = consumer.pop().now_or_never() else {
                return Ok(0);
            };
            left -= popped?.map_or(left, |Item(size)| size);
        }
    }
}
