//! Checks of `push` and its return value.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use lab::Steps;
use watermark::Flow::{Ready, Wait};
use watermark::{Record, Waits, Watermarks, Weight, queue};

use crate::item::{Bench, ready};
use crate::node::LARGE;

pub async fn returns(steps: Steps) {
    let mut bench = Bench::new(&steps, 4, 10);
    bench.expect_push(9, Ready);
    bench.expect_push(1, Wait);
    bench.expect_push(1000, Wait);
    bench.expect_push(1_000_000, Wait);
    let record = bench.consumer.record();
    let expected = Record {
        level: 1_001_010,
        peak: 1_001_010,
        pushed: 4,
        waits: 3,
    };
    steps.equal("the record", &record, &expected);
    for number in 0..4 {
        bench.expect_pop(number);
    }
    bench.expect_push(9, Ready);
    let record = bench.consumer.record();
    let expected = Record {
        level: 9,
        pushed: 5,
        ..expected
    };
    steps.equal("the record", &record, &expected);
    // 4 GiB and 3 bytes are 3 bytes in 32 bits.
    let large = (1_usize << 31).saturating_mul(2).saturating_add(3);
    for (weight, flow) in
        [(9, Ready), (10, Wait), (11, Wait), (large, Wait)]
    {
        let mut bench = Bench::new(&steps, 0, 10);
        bench.expect_push(weight, flow);
        let record = bench.consumer.record();
        // A level below the mark is a peak too.
        steps.equal("the peak", &record.peak, &weight);
    }
    for mark in LARGE {
        for (weight, flow) in
            [(1, Ready), (mark - 1, Ready), (mark, Wait)]
        {
            let mut bench = Bench::new(&steps, 0, mark);
            bench.expect_push(weight, flow);
        }
    }
    // On the way down the return value depends on the level, as ever.
    let mut bench = Bench::new(&steps, 4, 10);
    for flow in [Ready, Ready, Wait] {
        bench.expect_push(4, flow);
    }
    bench.expect_pop(0);
    bench.expect_push(1, Ready);
    bench.expect_push(1, Wait);
    counted(&steps).await;
}

/// Where a queue is made decides who counts its waits, and not where
/// it is used or dropped.
async fn counted(steps: &Steps) {
    let (first, second) = (Waits::default(), Waits::default());
    for (name, waits, pushes) in
        [("one", &first, 3), ("another", &second, 2)]
    {
        steps.step(format!(
            "a queue is made inside `counting` of {name} `Waits`, and \
             {pushes} pushes return `Wait`"
        ));
        let fill = async {
            let mut bench = Bench::new(steps, 0, 1);
            for _ in 0..pushes {
                bench.expect_push(2, Wait);
            }
            bench
        };
        let bench = waits.counting(fill).await;
        steps.equal("waits counted before", &waits.count(), &0);
        drop(bench);
        steps.equal("waits counted", &waits.count(), &pushes);
    }
    steps.step(
        "a queue that is made inside `counting` is used and dropped \
         inside that of other `Waits`",
    );
    let make = async { Bench::new(steps, 0, 1) };
    let mut bench = first.counting(make).await;
    let use_up = async move { bench.expect_push(2, Wait) };
    second.counting(use_up).await;
    steps.equal("waits counted", &first.count(), &4);
    steps.equal("waits that the others counted", &second.count(), &2);
    steps.step("a queue is made where nobody counts");
    Bench::new(steps, 0, 1).expect_push(2, Wait);
    let all = [first.count(), second.count()];
    steps.equal("waits counted", &all, &[4, 2]);
}

pub async fn bytes_and_not_items(steps: Steps) {
    let mut bench = Bench::new(&steps, 0, 1 << 20);
    steps.step("push 1000 items of one byte");
    for _ in 0..1000 {
        let flow = bench.push(1);
        steps.equal("the return value", &flow, &Ready);
    }
    bench.expect_level(1000);
    // One item is as much as all the others may be.
    bench.expect_push(1 << 20, Wait);
    bench.expect_level(1000 + (1 << 20));

    let mut bench = Bench::new(&steps, 0, 10);
    for _ in 0..20 {
        bench.expect_push(0, Ready);
    }
    bench.expect_push(10, Wait);
    let record = bench.consumer.record();
    steps.equal("items accepted", &record.pushed, &21);

    steps.step("push 8 bytes that weigh less each time they are asked");
    let asked = Arc::new(AtomicUsize::new(0));
    let (producer, mut consumer) = queue(Watermarks::new(0, 10));
    let pushed = producer.push(Shrinking(Arc::clone(&asked)));
    let flow = steps.succeeds("the push", pushed);
    steps.equal("the return value", &flow, &Ready);
    let asked = asked.load(Relaxed);
    steps.equal("how often it was weighed", &asked, &1);
    let record = consumer.record();
    steps.equal("the level after the push", &record.level, &8);
    let popped = ready(&steps, "the pop", consumer.pop());
    let popped = steps.succeeds("the pop", popped);
    steps.holds("an item comes", popped.is_some());
    let record = consumer.record();
    steps.equal("the level", &record.level, &0);

    weight_that_panics(&steps);
}

/// `weight` is somebody else's code, and it is asked before anything
/// is changed.
fn weight_that_panics(steps: &Steps) {
    steps.expect_panics();
    steps.step("push an item whose weight panics, and then another");
    let (producer, mut consumer) = queue(Watermarks::new(0, 10));
    let pushed =
        catch_unwind(AssertUnwindSafe(|| producer.push(Known(None))));
    steps.holds("the panic comes through", pushed.is_err());
    let record = consumer.record();
    steps.equal("the record", &record, &Record::default());
    let pushed = producer.push(Known(Some(7)));
    let flow = steps.succeeds("the push", pushed);
    steps.equal("the return value", &flow, &Ready);
    let popped = ready(steps, "the pop", consumer.pop());
    let popped = steps.succeeds("the pop", popped);
    let weight = popped.and_then(|item| item.0);
    steps.equal("the item's weight", &weight, &Some(7));
}

/// An item whose weight is known, or a panic.
struct Known(Option<usize>);

impl Weight for Known {
    fn weight(&self) -> usize {
        match self.0 {
            Some(weight) => weight,
            None => panic!("this step's item has no weight"),
        }
    }
}

/// An item that weighs 8 bytes, and one less each time that it is
/// asked again.
struct Shrinking(Arc<AtomicUsize>);

impl Weight for Shrinking {
    fn weight(&self) -> usize {
        8_usize.saturating_sub(self.0.fetch_add(1, Relaxed))
    }
}

pub async fn mark_of_zero(steps: Steps) {
    let mut bench = Bench::new(&steps, 0, 0);
    // Not even an item without a byte is below a mark of 0.
    for (number, weight) in [1, 1000, 0, 0, 5].into_iter().enumerate() {
        bench.expect_push(weight, Wait);
        steps.step("the producer waits for the drain");
        let waits = {
            use futures_util::FutureExt;
            bench.producer.drained().now_or_never()
        };
        steps.holds("it waits", waits.is_none());
        bench.expect_pop(number);
        steps.step("the producer continues");
        let drained = bench.producer.drained();
        let drained = crate::item::ready(&steps, "the drain", drained);
        steps.succeeds("the drain", drained);
    }
    let record = bench.consumer.record();
    steps.equal("waits", &record.waits, &5);
    steps.equal("the most at once", &record.peak, &1000);
}
