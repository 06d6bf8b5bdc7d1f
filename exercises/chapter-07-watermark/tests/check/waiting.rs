//! Checks of how an end of the queue waits.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use lab::Steps;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};
use watermark::Flow::Wait;
use watermark::{Watermarks, queue};

use crate::PATIENCE;
use crate::item::{Bench, Item, item};
use crate::{eager, overlap, spin};

/// How often a future may be polled for one piece of news: once
/// at first, once for the news, and a few to spare.
const FEW: usize = 6;
/// Half an hour, over at once: the clock stands still. A look each
/// minute would be 30 of them.
const LONG: Duration = Duration::from_secs(30 * 60);
/// Items that pass between two threads.
const MANY: usize = 10_000;

/// Counts the polls of a future.
struct Counted<F> {
    future: Pin<Box<F>>,
    polls: usize,
}

impl<F: Future> Counted<F> {
    fn new(future: F) -> Self {
        Self {
            future: Box::pin(future),
            polls: 0,
        }
    }
}

impl<F: Future> Future for Counted<F> {
    type Output = (F::Output, usize);

    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Self::Output> {
        self.polls += 1;
        let polls = self.polls;
        self.future.as_mut().poll(context).map(|out| (out, polls))
    }
}

pub async fn polls(steps: Steps) {
    let Bench {
        producer,
        mut consumer,
        ..
    } = Bench::new(&steps, 100, 100);
    steps.step("pop, and let half an hour pass before an item comes");
    let push = async {
        sleep(LONG).await;
        producer.push(item(0, 100))
    };
    let popping = timeout(LONG * 2, Counted::new(consumer.pop()));
    let (popped, pushed) = tokio::join!(popping, push);
    let flow = steps.succeeds("the push", pushed);
    steps.equal("the return value", &flow, &Wait);
    let (popped, polls) = steps.succeeds("an end of waiting", popped);
    let popped = steps.succeeds("the pop", popped);
    steps.holds("an item comes", popped.is_some());
    steps.at_most("polls of pop", polls, FEW);

    steps.step(
        "wait for the drain, and let half an hour pass before it",
    );
    for number in 0..20 {
        let _ = producer.push(item(number, 100));
    }
    // In a task of its own: `join!` polls all when one is woken.
    let popping = tokio::spawn(async move {
        sleep(LONG).await;
        for _ in 0..20 {
            let _ = consumer.pop().await;
            yield_now().await;
        }
        consumer
    });
    let drained = Counted::new(producer.drained());
    let drained = timeout(LONG * 2, drained).await;
    steps.succeeds("the consumer", popping.await);
    let (drained, polls) = steps.succeeds("an end of waiting", drained);
    steps.succeeds("the drain", drained);
    steps.at_most("polls of drained", polls, FEW);
}

pub async fn two_threads(steps: Steps) {
    eager::looks(&steps);
    spin::race(&steps);
    overlap::race(&steps);
    for (low, high) in [(0, 0), (0, 8), (4, 8), (8, 8)] {
        steps.step(format!(
            "{MANY} items between two threads: low {low}, high {high}"
        ));
        let (producer, mut consumer) =
            queue::<Item>(Watermarks::new(low, high));
        let pushing = tokio::spawn(async move {
            for number in 0..MANY {
                producer.send(item(number, 1 + number % 3)).await?;
            }
            producer.close();
            Ok::<_, watermark::QueueError>(())
        });
        let popping = tokio::spawn(async move {
            let mut numbers = Vec::with_capacity(MANY);
            while let Ok(Some(item)) = consumer.pop().await {
                numbers.push(item.number);
            }
            (numbers, consumer.record())
        });
        let popped = timeout(PATIENCE, popping).await;
        let popped = steps.succeeds("an end of waiting", popped);
        let (numbers, record) = steps.succeeds("the consumer", popped);
        let pushed = steps.succeeds("the producer", pushing.await);
        steps.succeeds("every push", pushed);
        let wrong = numbers.iter().enumerate().find(|(at, n)| at != *n);
        steps.equal("the first item out of order", &wrong, &None);
        steps.equal("items", &numbers.len(), &MANY);
        // The last item that was accepted came at a level below
        // the mark: at most 7, and 3 more.
        let most = high.saturating_sub(1) + 3;
        steps.at_most("the most at once", record.peak, most);
    }
}
