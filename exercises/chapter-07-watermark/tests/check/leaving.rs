//! Checks of a consumer that leaves.

use std::sync::Arc;
use std::sync::mpsc::channel;

use futures_util::FutureExt;
use lab::Steps;
use lab::drops::DropCounter;
use tokio::time::timeout;
use watermark::Flow::Wait;
use watermark::{Watermarks, queue};

use crate::PATIENCE;
use crate::ending::{Asks, FREE};
use crate::item::{Bench, Item, item, ready};

pub async fn ends_the_wait(steps: Steps) {
    let mut bench = Bench::new(&steps, 0, 10);
    bench.expect_push(10, Wait);
    let Bench {
        producer, consumer, ..
    } = bench;
    steps.step("the producer waits, and the consumer is dropped");
    let mut drained = Box::pin(producer.drained());
    let waits = (&mut drained).now_or_never().is_none();
    steps.holds("it waits", waits);
    drop(consumer);
    let ended = timeout(PATIENCE, drained).await;
    let ended = steps.succeeds("an end of waiting", ended);
    let error = steps.refuses("the wait", ended);
    steps.variant("the error", &error, &["Closed"]);
    for _ in 0..2 {
        steps.step("wait again");
        let again = ready(&steps, "the wait", producer.drained());
        let error = steps.refuses("the wait", again);
        steps.variant("the error", &error, &["Closed"]);
    }

    let bench = Bench::new(&steps, 0, 10);
    steps.step("the consumer is dropped before anything was pushed");
    drop(bench.consumer);
    let pushed = bench.producer.push(item(0, 1));
    let error = steps.refuses("a push", pushed);
    steps.variant("the error", &error, &["Closed"]);
    let waited = ready(&steps, "the wait", bench.producer.drained());
    let error = steps.refuses("the wait", waited);
    steps.variant("the error", &error, &["Closed"]);
}

pub async fn frees(steps: Steps) {
    let bench = Bench::new(&steps, 0, 10);
    let drops = DropCounter::new();
    let guarded = || Item {
        number: 0,
        weight: 5,
        _guard: Some(drops.guard()),
    };
    steps.step("push five items, and the consumer is dropped");
    for _ in 0..5 {
        let pushed = bench.producer.push(guarded());
        let _ = steps.succeeds("the push", pushed);
    }
    steps.equal("items alive", &drops.alive(), &5);
    drop(bench.consumer);
    steps.equal("items alive", &drops.alive(), &0);
    steps.step("push one more");
    let pushed = bench.producer.push(guarded());
    steps.refuses("the push", pushed);
    steps.equal("items alive", &drops.alive(), &0);

    under_no_lock(&steps);

    let mut bench = Bench::new(&steps, 0, 10);
    steps.step("push an item and pop it");
    let pushed = bench.producer.push(guarded());
    let _ = steps.succeeds("the push", pushed);
    drop(bench.pop());
    steps.equal("items alive", &drops.alive(), &0);
}

/// What is freed may use the queue when it is dropped.
fn under_no_lock(steps: &Steps) {
    steps.step(
        "the consumer is dropped, and what is freed asks the queue",
    );
    let (producer, consumer) = queue(Watermarks::new(0, 10));
    let producer = Arc::new(producer);
    let (sender, asked) = channel();
    let pushed = producer.push(Asks::new(&producer, &sender));
    let _ = steps.succeeds("the push", pushed);
    drop(consumer);
    let found = asked.try_recv();
    let found = steps.succeeds("the freed item's drop", found);
    steps.equal("what it finds", found.as_str(), FREE);
}
