//! What the checks push.

use futures_util::FutureExt;
use lab::Steps;
use lab::drops::Guard;
use tokio::task::coop::consume_budget;
use tokio::task::yield_now;
use watermark::{
    Consumer, Flow, Producer, QueueError, Watermarks, Weight, queue,
};

/// Something with a number, a weight, and perhaps a guard that
/// tells when it is gone.
#[derive(Debug)]
pub struct Item {
    pub number: usize,
    pub weight: usize,
    pub _guard: Option<Guard>,
}

impl Weight for Item {
    fn weight(&self) -> usize {
        self.weight
    }
}

/// An item without a guard.
pub fn item(number: usize, weight: usize) -> Item {
    Item {
        number,
        weight,
        _guard: None,
    }
}

/// A queue, and the steps of its check.
pub struct Bench {
    pub steps: Steps,
    pub producer: Producer<Item>,
    pub consumer: Consumer<Item>,
    pushed: usize,
}

impl Bench {
    pub fn new(steps: &Steps, low: usize, high: usize) -> Self {
        steps.step(format!("make a queue: low {low}, high {high}"));
        let (producer, consumer) = queue(Watermarks::new(low, high));
        Self {
            steps: steps.clone(),
            producer,
            consumer,
            pushed: 0,
        }
    }

    /// Pushes the next number with this weight.
    pub fn push(&mut self, weight: usize) -> Flow {
        let number = self.pushed;
        self.steps.step(format!("push {weight} bytes"));
        self.pushed += 1;
        let pushed = self.producer.push(item(number, weight));
        self.steps.succeeds("the push", pushed)
    }

    /// Pushes, and expects this return value.
    pub fn expect_push(&mut self, weight: usize, flow: Flow) {
        let seen = self.push(weight);
        self.steps.equal("the return value", &seen, &flow);
    }

    /// Pops an item that is there already.
    pub fn pop(&mut self) -> Item {
        self.steps.step("pop an item that is there");
        let popped = ready(&self.steps, "the pop", self.consumer.pop());
        let popped = self.steps.succeeds("the pop", popped);
        match popped {
            Some(item) => item,
            None => self.steps.fail("an item", "the end"),
        }
    }

    /// Pops, and expects the item with this number.
    pub fn expect_pop(&mut self, number: usize) {
        let item = self.pop();
        self.steps.equal("the item's number", &item.number, &number);
    }

    /// Pops what must be the end, without waiting.
    pub fn end(&mut self) -> Result<Option<usize>, QueueError> {
        self.steps.step("pop after the last item");
        let popped = ready(&self.steps, "the end", self.consumer.pop());
        popped.map(|item| item.map(|item| item.number))
    }

    /// The level, as the record tells it.
    pub fn expect_level(&self, level: usize) {
        let record = self.consumer.record();
        self.steps.equal("the level", &record.level, &level);
    }
}

/// Does as much as tokio lets a task do before it must let others
/// run: whatever comes from tokio waits once now.
pub fn tire() {
    /// Tokio allows 128.
    const MORE: usize = 1000;
    for _ in 0..MORE {
        if consume_budget().now_or_never().is_none() {
            break;
        }
    }
}

/// Pops with one look, in a task that has to let others run. If that
/// look finds nothing, a few more follow, each after letting them.
pub async fn look_when_busy(
    consumer: &mut Consumer<Item>,
) -> Option<Result<Option<Item>, QueueError>> {
    tire();
    for _ in 0..3 {
        let popped = consumer.pop().now_or_never();
        if popped.is_some() {
            return popped;
        }
        yield_now().await;
    }
    None
}

/// The result of a future that must not wait.
pub fn ready<F: Future>(
    steps: &Steps,
    what: &str,
    future: F,
) -> F::Output {
    match future.now_or_never() {
        Some(output) => output,
        None => steps.fail(format!("{what}, at once"), "it waits"),
    }
}
