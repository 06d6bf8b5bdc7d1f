//! Checks of `push` and its answer.

use lab::Steps;
use watermark::Answer::{Continue, Wait};
use watermark::Record;

use crate::item::Bench;

pub async fn answers(steps: Steps) {
    let mut bench = Bench::new(&steps, 4, 10);
    bench.expect_push(9, Continue);
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
    bench.expect_push(9, Continue);
    let record = bench.consumer.record();
    let expected = Record {
        level: 9,
        pushed: 5,
        ..expected
    };
    steps.equal("the record", &record, &expected);
    for (weight, answer) in [(9, Continue), (10, Wait), (11, Wait)] {
        Bench::new(&steps, 0, 10).expect_push(weight, answer);
    }
}

pub async fn bytes_and_not_items(steps: Steps) {
    let mut bench = Bench::new(&steps, 0, 1 << 20);
    steps.step("push 1000 items of one byte");
    for _ in 0..1000 {
        let answer = bench.push(1);
        steps.equal("the answer", &answer, &Continue);
    }
    bench.expect_level(1000);
    // One item is as much as all the others may be.
    bench.expect_push(1 << 20, Wait);
    bench.expect_level(1000 + (1 << 20));

    let mut bench = Bench::new(&steps, 0, 10);
    for _ in 0..20 {
        bench.expect_push(0, Continue);
    }
    bench.expect_push(10, Wait);
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
        steps.step("the producer goes on");
        let drained = bench.producer.drained();
        let drained = crate::item::ready(&steps, "the drain", drained);
        steps.succeeds("the drain", drained);
    }
    let record = bench.consumer.record();
    steps.equal("waits", &record.waits, &5);
    steps.equal("the most at once", &record.peak, &1000);
}
