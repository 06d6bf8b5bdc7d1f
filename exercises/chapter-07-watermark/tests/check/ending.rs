//! Checks of how a producer ends.

use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Weak};

use futures_util::FutureExt;
use lab::Steps;
use tokio::time::timeout;
use watermark::lock::held;
use watermark::{Producer, QueueError, Watermarks, Weight, queue};

use crate::PATIENCE;
use crate::item::{Bench, Item, item, look_when_busy};

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

    let Bench {
        producer,
        mut consumer,
        ..
    } = Bench::new(&steps, 0, 10);
    steps.step("fail, and pop in a busy task, with one look at a time");
    producer.fail(broken());
    let popping =
        tokio::spawn(
            async move { look_when_busy(&mut consumer).await },
        );
    let popped = steps.succeeds("the task", popping.await);
    match popped {
        Some(end) => expect_broken(&steps, end.map(drop)),
        None => steps.fail("the error", "it waits"),
    }
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
        if fails {
            bench.producer.fail(broken())
        } else {
            bench.producer.close()
        }
        let before = bench.consumer.record();
        steps.step("push after the end");
        let refused = bench.producer.push(item(9, 100));
        let error = steps.refuses("the push", refused);
        steps.variant("the error", &error, &["Closed"]);
        let record = bench.consumer.record();
        steps.equal("items accepted", &record.pushed, &1);
        steps.equal("the record", &record, &before);
        bench.expect_pop(0);
        let end = bench.end();
        steps.holds("the refused item does not come", {
            !matches!(end, Ok(Some(_)))
        });
    }
    told(&steps);
    refused(&steps);
}

/// An end stays what it was after the consumer has heard of it.
fn told(steps: &Steps) {
    for fails in [false, true] {
        let mut bench = Bench::new(steps, 0, 10);
        steps.step("end the queue, and tell the consumer");
        if fails {
            bench.producer.fail(broken())
        } else {
            bench.producer.close()
        }
        let end = bench.end();
        steps.equal("whether it failed", &end.is_err(), &fails);
        steps.step("push when the end was delivered");
        let pushed = bench.producer.push(item(0, 1));
        let error = steps.refuses("the push", pushed);
        steps.variant("the error", &error, &["Closed"]);
        for close in [true, false] {
            let does = if close { "close" } else { "fail" };
            steps.step(format!("{does} when the end was delivered"));
            if close {
                bench.producer.close()
            } else {
                bench.producer.fail(broken())
            }
            let end = bench.end();
            if fails {
                let error = steps.refuses("the end", end);
                steps.variant("the error", &error, &["Abandoned"]);
            } else {
                let end = steps.succeeds("the end", end);
                steps.equal("what is left", &end, &None);
            }
        }
    }
}

/// What a queue refuses is dropped when its state is unlocked.
fn refused(steps: &Steps) {
    steps.step("fail twice, and push: what is refused asks the queue");
    let (producer, _consumer) = queue(Watermarks::new(0, 10));
    let producer = Arc::new(producer);
    let (sender, asked) = channel();
    let asks = || Asks::new(&producer, &sender);
    producer.close();
    producer.fail(Box::new(asks()));
    let answer = asked.try_recv();
    let answer = steps.succeeds("the refused error's drop", answer);
    steps.equal("what it finds", answer.as_str(), FREE);
    let pushed = producer.push(asks());
    steps.refuses("the push", pushed.map(drop));
    let answer = asked.try_recv();
    let answer = steps.succeeds("the refused item's drop", answer);
    steps.equal("what it finds", answer.as_str(), FREE);
}

/// What somebody finds who is dropped when no lock is held.
pub const FREE: &str = "the queue can be used";

/// Something that uses the queue when it is dropped.
#[derive(Debug)]
pub struct Asks {
    queue: Weak<Producer<Asks>>,
    asked: Sender<String>,
}

impl Asks {
    pub fn new(
        producer: &Arc<Producer<Asks>>,
        asked: &Sender<String>,
    ) -> Self {
        Self {
            queue: Arc::downgrade(producer),
            asked: asked.clone(),
        }
    }
}

impl Drop for Asks {
    fn drop(&mut self) {
        // With a lock that a test can't see, `close` stands still.
        let found = if held() {
            "it is dropped under the lock"
        } else {
            if let Some(queue) = self.queue.upgrade() {
                queue.close();
            }
            FREE
        };
        let _ = self.asked.send(found.to_owned());
    }
}

impl Weight for Asks {
    fn weight(&self) -> usize {
        1
    }
}

impl Display for Asks {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl Error for Asks {}

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
