//! One run: ticks instead of time, so that it is the same each
//! time.

use futures_util::FutureExt;
use watermark::{
    Answer, Consumer, Marks, Producer, QueueError, Record, Weight,
    queue,
};

/// Who produces how much, who takes how much, and what is between
/// them. Sizes are bytes.
pub(crate) struct Plan {
    /// What the producer has at each tick.
    pub(crate) give: usize,
    /// What the consumer takes at each tick.
    pub(crate) take: usize,
    /// The size of one item.
    pub(crate) item: usize,
    pub(crate) marks: Marks,
    pub(crate) ticks: usize,
}

/// Whether the producer reads the answer of a push.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Obeys,
    Ignores,
}

/// An item that only has a size: nobody needs the bytes.
struct Item(usize);

impl Weight for Item {
    fn weight(&self) -> usize {
        self.0
    }
}

/// The level after each tick, in bytes, and the record at the
/// end.
pub(crate) fn run(
    plan: &Plan,
    policy: Policy,
) -> Result<(Vec<usize>, Record), QueueError> {
    let (producer, mut consumer) = queue(plan.marks);
    let (mut waits, mut budget) = (false, 0);
    let mut levels = Vec::new();
    for _ in 0..plan.ticks {
        waits = produce(plan, policy, &producer, waits)?;
        budget = consume(plan, &mut consumer, budget + plan.take)?;
        levels.push(consumer.record().level);
    }
    let record = consumer.record();
    producer.close();
    Ok((levels, record))
}

/// One tick of the producer: pushes what it has, unless it was
/// told to wait. What cannot be pushed now is not read from the
/// disk yet, so it is not lost. Gives whether it waits.
fn produce(
    plan: &Plan,
    policy: Policy,
    producer: &Producer<Item>,
    mut waits: bool,
) -> Result<bool, QueueError> {
    let mut has = plan.give;
    while has > 0 {
        if waits && policy == Policy::Obeys {
            // Has the drain come? Ask once, and wait no longer.
            match producer.drained().now_or_never() {
                Some(drained) => drained?,
                None => return Ok(true),
            }
        }
        let size = plan.item.min(has);
        waits = producer.push(Item(size))? == Answer::Wait;
        has -= size;
    }
    Ok(waits)
}

/// One tick of the consumer: takes whole items, as long as they
/// fit into the budget. Gives what is left of it.
fn consume(
    plan: &Plan,
    consumer: &mut Consumer<Item>,
    mut budget: usize,
) -> Result<usize, QueueError> {
    while budget >= plan.item {
        match consumer.pop().now_or_never() {
            Some(item) => {
                budget -= item?.map_or(budget, |item| item.0);
            }
            // Time that was not used does not come back.
            None => return Ok(0),
        }
    }
    Ok(budget)
}
