//! Checks of `drained`.

use futures_util::FutureExt;
use lab::Steps;
use watermark::Flow::{Ready, Wait};

use crate::item::{Bench, item, ready, tire};
use crate::node::LARGE;

/// Expects `drained` to wait, and drops it.
fn expect_waits(bench: &Bench) {
    bench.steps.step("ask for the drain");
    let drained = bench.producer.drained().now_or_never();
    bench.steps.holds("it waits", drained.is_none());
}

/// Expects `drained` to be over.
fn expect_drained(bench: &Bench) {
    bench.steps.step("ask for the drain");
    let drained =
        ready(&bench.steps, "the drain", bench.producer.drained());
    bench.steps.succeeds("the drain", drained);
}

pub async fn at_the_low_mark(steps: Steps) {
    for low in [0, 4, 5, 7, 8, 10, 12] {
        // Ten items of 2 each.
        let mut bench = Bench::new(&steps, low, 10);
        for level in 1..=10 {
            let flow = if level < 5 { Ready } else { Wait };
            bench.expect_push(2, flow);
        }
        steps.step("the producer waits while items are popped");
        let mut drained = Box::pin(bench.producer.drained());
        let mut level = 20;
        // A low mark is below the high one.
        let low = low.min(9);
        loop {
            match (&mut drained).now_or_never() {
                None => steps.holds(
                    format!("above {low}, at {level}, it waits"),
                    level > low,
                ),
                Some(drained) => {
                    steps.succeeds("the drain", drained);
                    break;
                }
            }
            let popped = ready(&steps, "the pop", bench.consumer.pop());
            let popped = steps.succeeds("the pop", popped);
            steps.holds("an item comes", popped.is_some());
            level -= 2;
        }
        steps.equal("the drain comes at", &level, &(low - low % 2));
    }

    let mut bench = Bench::new(&steps, 4, 10);
    for flow in [Ready, Ready, Wait] {
        bench.expect_push(4, flow);
    }
    bench.expect_pop(0);
    // Somebody pushed without waiting, and may. The drain that was
    // announced is still to come.
    bench.expect_push(1, Ready);
    expect_waits(&bench);
    bench.expect_pop(1);
    expect_waits(&bench);
    bench.expect_pop(2);
    expect_drained(&bench);

    for mark in LARGE {
        // The low mark is as large as the high one.
        let mut bench = Bench::new(&steps, mark, mark);
        bench.expect_push(mark, Wait);
        expect_waits(&bench);
        bench.expect_pop(0);
        expect_drained(&bench);
    }
}

/// A producer that has ended still waits for what it pushed.
pub async fn after_the_end(steps: Steps) {
    for fails in [false, true] {
        let mut bench = Bench::new(&steps, 4, 10);
        bench.expect_push(4, Ready);
        bench.expect_push(8, Wait);
        steps.step("end the queue");
        if fails {
            bench.producer.fail("gone".into())
        } else {
            bench.producer.close()
        }
        expect_waits(&bench);
        bench.expect_pop(0);
        expect_waits(&bench);
        bench.expect_pop(1);
        expect_drained(&bench);

        let bench = Bench::new(&steps, 4, 10);
        steps.step("end the queue, with nothing in it");
        if fails {
            bench.producer.fail("gone".into())
        } else {
            bench.producer.close()
        }
        expect_drained(&bench);
    }
}

pub async fn without_a_wait(steps: Steps) {
    let mut bench = Bench::new(&steps, 2, 10);
    expect_drained(&bench);
    bench.expect_push(9, Ready);
    // Above the low mark, but nobody was told to wait.
    expect_drained(&bench);
    bench.expect_push(9, Wait);
    expect_waits(&bench);
    bench.expect_pop(0);
    // Below the high-water mark is not enough.
    expect_waits(&bench);
    bench.expect_pop(1);
    expect_drained(&bench);
    bench.expect_push(9, Ready);
    expect_drained(&bench);
    for gives_up in [false, true] {
        send_below_the_mark(&steps, gives_up);
    }
}

/// A drain is still to come, but not for this send: its own push
/// returns `Ready`.
fn send_below_the_mark(steps: &Steps, gives_up: bool) {
    let mut bench = Bench::new(steps, 2, 10);
    bench.expect_push(5, Ready);
    if gives_up {
        steps.step("send 5 bytes, and give up while it waits");
        // Whether it waits is another check's question.
        let _ = bench.producer.send(item(1, 5)).now_or_never();
    } else {
        bench.expect_push(5, Wait);
    }
    bench.expect_pop(0);
    steps.step(
        "send 1 byte at a level of 5, while a drain is still to come",
    );
    let sent = bench.producer.send(item(2, 1));
    let sent = ready(steps, "the send", sent);
    steps.succeeds("the send", sent);
    bench.expect_level(6);
    expect_waits(&bench);
    bench.expect_pop(1);
    expect_drained(&bench);
    bench.expect_pop(2);
}

pub async fn old_and_new(steps: Steps) {
    let mut bench = Bench::new(&steps, 0, 10);
    for round in 0..3 {
        bench.expect_push(10, Wait);
        bench.expect_push(10, Wait);
        expect_waits(&bench);
        bench.expect_pop(2 * round);
        expect_waits(&bench);
        // The drain comes while nobody waits for it.
        bench.expect_pop(2 * round + 1);
        if round == 1 {
            expect_drained(&bench);
            expect_drained(&bench);
        }
    }
    steps.step("push above the mark again: an old drain is over");
    bench.expect_push(10, Wait);
    expect_waits(&bench);
    bench.expect_pop(6);
    expect_drained(&bench);
    let record = bench.consumer.record();
    steps.equal("waits", &record.waits, &7);
}

pub async fn cancelled(steps: Steps) {
    let mut bench = Bench::new(&steps, 0, 10);
    bench.expect_push(10, Wait);
    for _ in 0..3 {
        expect_waits(&bench);
    }
    steps.step("wait, let the drain come, and give up before looking");
    {
        let mut drained = Box::pin(bench.producer.drained());
        let waits = (&mut drained).now_or_never().is_none();
        steps.holds("it waits", waits);
        let popped = ready(&steps, "the pop", bench.consumer.pop());
        let popped = steps.succeeds("the pop", popped);
        steps.holds("an item comes", popped.is_some());
    }
    expect_drained(&bench);
    bench.expect_level(0);
    bench.expect_push(10, Wait);
    expect_waits(&bench);
    bench.expect_pop(1);
    expect_drained(&bench);

    steps.step("send an item, and give up while it waits");
    let mut bench = Bench::new(&steps, 0, 10);
    let sent = bench.producer.send(item(0, 10)).now_or_never();
    steps.holds("it waits", sent.is_none());
    bench.expect_level(10);
    expect_waits(&bench);
    bench.expect_pop(0);
    expect_drained(&bench);
    let record = bench.consumer.record();
    steps.equal("items accepted", &record.pushed, &1);
    tired(&steps).await;
}

/// Whatever a send waits for, its item is pushed.
async fn tired(steps: &Steps) {
    const SENDS: u64 = 10;
    steps.step(format!(
        "send {SENDS} items in a busy task, with one look at each"
    ));
    let Bench {
        producer, consumer, ..
    } = Bench::new(steps, 0, 1);
    let sending = tokio::spawn(async move {
        for number in 0..SENDS as usize {
            tire();
            let _ = producer.send(item(number, 1)).now_or_never();
        }
    });
    steps.succeeds("the task", sending.await);
    let record = consumer.record();
    steps.equal("items accepted", &record.pushed, &SENDS);
}
