//! Checks of how a producer ends.

use std::io;

use futures_util::FutureExt;
use lab::Steps;
use tokio::time::timeout;
use watermark::{Producer, QueueError};

use crate::PATIENCE;
use crate::item::{Bench, Item, item};

/// The error of a disk.
const BROKEN: &str = "the disk is on fire";

fn broken() -> watermark::BoxError {
    io::Error::other(BROKEN).into()
}

pub async fn closed(steps: Steps) {
    for items in [0, 1, 3] {
        let mut bench = Bench::new(&steps, 0, 100);
        for _ in 0..items {
            let _ = bench.push(50);
        }
        steps.step("the producer closes");
        bench.producer.close();
        for number in 0..items {
            bench.expect_pop(number);
        }
        for _ in 0..3 {
            let end = bench.end();
            let end = steps.succeeds("the end", end);
            steps.equal("what is left", &end, &None);
        }
    }
    let end = ends_a_wait(&steps, "closes", |producer| {
        producer.close();
        Some(producer)
    });
    let end = steps.succeeds("the end", end.await);
    steps.holds("nothing is left", end.is_none());

    let bench = Bench::new(&steps, 0, 100);
    steps.step("the producer closes, and is dropped");
    bench.producer.close();
    drop(bench.producer);
    let mut consumer = bench.consumer;
    let end = crate::item::ready(&steps, "the end", consumer.pop());
    let end = steps.succeeds("the end", end);
    steps.holds("nothing is left", end.is_none());
}

pub async fn failed(steps: Steps) {
    let mut bench = Bench::new(&steps, 0, 10);
    for _ in 0..2 {
        let _ = bench.push(50);
    }
    steps.step("the producer fails");
    bench.producer.fail(broken());
    bench.expect_pop(0);
    bench.expect_pop(1);
    expect_broken(&steps, bench.end().map(drop));
    let again = steps.refuses("another pop", bench.end());
    steps.variant("the error", &again, &["Abandoned"]);

    let end = ends_a_wait(&steps, "fails", |producer| {
        producer.fail(broken());
        Some(producer)
    });
    expect_broken(&steps, end.await.map(drop));
}

pub async fn vanished(steps: Steps) {
    let mut bench = Bench::new(&steps, 0, 100);
    let _ = bench.push(1);
    let _ = bench.push(1);
    steps.step("the producer is dropped without an end");
    let Bench {
        producer,
        mut consumer,
        ..
    } = bench;
    drop(producer);
    for _ in 0..2 {
        let item =
            crate::item::ready(&steps, "an item", consumer.pop());
        let item = steps.succeeds("the pop", item);
        steps.holds("what was pushed comes", item.is_some());
    }
    for _ in 0..2 {
        let end = crate::item::ready(&steps, "the end", consumer.pop());
        let error = steps.refuses("a pop after the last item", end);
        steps.variant("the error", &error, &["Abandoned"]);
    }
    let end = ends_a_wait(&steps, "vanishes", |producer| {
        drop(producer);
        None
    });
    let error = steps.refuses("the end", end.await);
    steps.variant("the error", &error, &["Abandoned"]);
}

pub async fn first(steps: Steps) {
    let mut bench = Bench::new(&steps, 0, 10);
    steps.step("close, and then fail");
    bench.producer.close();
    bench.producer.fail(broken());
    let end = steps.succeeds("the end", bench.end());
    steps.equal("what is left", &end, &None);

    let mut bench = Bench::new(&steps, 0, 10);
    steps.step("fail, and then close");
    bench.producer.fail(broken());
    bench.producer.fail("another error".into());
    bench.producer.close();
    expect_broken(&steps, bench.end().map(drop));

    for fails in [false, true] {
        let mut bench = Bench::new(&steps, 0, 10);
        let _ = bench.push(3);
        match fails {
            true => bench.producer.fail(broken()),
            false => bench.producer.close(),
        }
        steps.step("push after the end");
        let refused = bench.producer.push(item(9, 1));
        let error = steps.refuses("the push", refused);
        steps.variant("the error", &error, &["Closed"]);
        let record = bench.consumer.record();
        steps.equal("items accepted", &record.pushed, &1);
        bench.expect_level(3);
        bench.expect_pop(0);
        let end = bench.end();
        steps.holds("the refused item does not come", {
            !matches!(end, Ok(Some(_)))
        });
    }
}

/// Waits in `pop` while the producer does something that ends it.
async fn ends_a_wait(
    steps: &Steps,
    does: &str,
    act: impl FnOnce(Producer<Item>) -> Option<Producer<Item>>,
) -> Result<Option<Item>, QueueError> {
    let Bench {
        producer,
        mut consumer,
        ..
    } = Bench::new(steps, 0, 100);
    steps.step("pop while nothing is there");
    let mut popping = Box::pin(consumer.pop());
    let first = (&mut popping).now_or_never();
    steps.holds("the pop waits", first.is_none());
    steps.step(format!("the producer {does}"));
    let _kept = act(producer);
    let ended = timeout(PATIENCE, popping).await;
    steps.succeeds("an end of waiting", ended)
}

fn expect_broken(steps: &Steps, end: Result<(), QueueError>) {
    match steps.refuses("the end", end) {
        QueueError::Failed(error) => {
            steps.equal("the error", &*error.to_string(), BROKEN);
        }
        other => steps.fail("Failed", format!("{other:?}")),
    }
}
