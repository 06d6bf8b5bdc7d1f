//! Checks of `pop`.

use futures_util::FutureExt;
use lab::Steps;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};
use watermark::Flow::{Ready, Wait};
use watermark::{Watermarks, queue};

use crate::PATIENCE;
use crate::item::{Bench, item, look_when_busy};

pub async fn order(steps: Steps) {
    let mut bench = Bench::new(&steps, 2, 4);
    for flow in [Ready, Ready, Ready, Wait, Wait] {
        bench.expect_push(1, flow);
    }
    for number in 0..3 {
        bench.expect_pop(number);
        bench.expect_level(4 - number);
    }
    bench.expect_push(1, Ready);
    for number in 3..6 {
        bench.expect_pop(number);
    }
    bench.expect_level(0);
}

pub async fn waits(steps: Steps) {
    let mut bench = Bench::new(&steps, 0, 100);
    bench.expect_push(1, Ready);
    bench.expect_pop(0);
    steps.step("pop once more: the permit of that push is old");
    let again = bench.consumer.pop().now_or_never();
    steps.holds("the pop waits", again.is_none());

    let Bench {
        producer,
        mut consumer,
        ..
    } = Bench::new(&steps, 0, 100);
    // A push notifies whatever it returns.
    let pushes = [(10, Ready), (10, Ready), (100, Wait)];
    for (number, (weight, expected)) in pushes.into_iter().enumerate() {
        steps.step("pop while nothing is there");
        let mut popping = Box::pin(consumer.pop());
        let first = (&mut popping).now_or_never();
        steps.holds("the pop waits", first.is_none());
        steps.step("another task pushes an item");
        let push = async {
            sleep(PATIENCE / 2).await;
            producer.push(item(number, weight))
        };
        let (popped, pushed) =
            tokio::join!(timeout(PATIENCE, popping), push);
        let flow = steps.succeeds("the push", pushed);
        steps.equal("the return value", &flow, &expected);
        let popped = steps.succeeds("an end of waiting", popped);
        let popped = steps.succeeds("the pop", popped);
        let popped = popped.map(|item| item.number);
        steps.equal("the item's number", &popped, &Some(number));
    }
}

pub async fn cancelled(steps: Steps) {
    let mut bench = Bench::new(&steps, 0, 100);
    steps.step("pop, wait, and give up waiting");
    let gave_up = timeout(PATIENCE, bench.consumer.pop()).await;
    steps.holds("nothing came", gave_up.is_err());

    steps.step("pop, push an item, and give up before looking");
    {
        let mut popping = Box::pin(bench.consumer.pop());
        let first = (&mut popping).now_or_never();
        steps.holds("the pop waits", first.is_none());
        let pushed = bench.producer.push(item(7, 1));
        let _ = steps.succeeds("the push", pushed);
        yield_now().await;
    }
    bench.expect_pop(7);

    // A new queue: no call is kept from before.
    let mut bench = Bench::new(&steps, 0, 100);
    steps.step("pop, push an item, look once more, and give up");
    let popped = {
        let mut popping = Box::pin(bench.consumer.pop());
        let first = (&mut popping).now_or_never();
        steps.holds("the pop waits", first.is_none());
        let pushed = bench.producer.push(item(8, 1));
        let _ = steps.succeeds("the push", pushed);
        (&mut popping).now_or_never()
    };
    match popped {
        Some(popped) => {
            let popped = steps.succeeds("the pop", popped);
            let popped = popped.map(|item| item.number);
            steps.equal("the item's number", &popped, &Some(8));
        }
        None => bench.expect_pop(8),
    }

    steps.step("pop over and over, each with little patience");
    let Bench {
        producer,
        mut consumer,
        ..
    } = bench;
    let push = async {
        for number in 0..20 {
            sleep(PATIENCE).await;
            let _ = producer.push(item(number, 1));
        }
        producer.close();
    };
    let pop = async {
        let mut numbers = Vec::new();
        loop {
            match timeout(PATIENCE / 3, consumer.pop()).await {
                Err(_) => continue,
                Ok(Ok(Some(item))) => numbers.push(item.number),
                Ok(_) => return numbers,
            }
        }
    };
    let (numbers, ()) = tokio::join!(pop, push);
    let expected: Vec<usize> = (0..20).collect();
    steps.equal("the items' numbers", &numbers, &expected);
    one_look(&steps).await;
}

/// A task of tokio that does much without a wait is asked to let
/// others run: whatever comes from tokio makes it wait, although
/// there is something.
async fn one_look(steps: &Steps) {
    const MANY: usize = 1000;
    steps.step(format!(
        "pop {MANY} items in a busy task, with one look at each"
    ));
    let (producer, mut consumer) = queue(Watermarks::new(0, MANY));
    for number in 0..MANY - 1 {
        let flow = producer.push(item(number, 1));
        let flow = steps.succeeds("the push", flow);
        steps.equal("the return value", &flow, &Ready);
    }
    let last = producer.push(item(MANY - 1, 1));
    let last = steps.succeeds("the push", last);
    steps.equal("the return value", &last, &Wait);
    producer.close();
    let popping = tokio::spawn(async move {
        let mut numbers = Vec::with_capacity(MANY);
        while let Some(Ok(Some(item))) =
            look_when_busy(&mut consumer).await
        {
            numbers.push(item.number);
        }
        (numbers, consumer.record().level)
    });
    let task = popping.await;
    let (numbers, level) = steps.succeeds("the task", task);
    let wrong = numbers.iter().enumerate().find(|(at, n)| at != *n);
    steps.equal("the first item out of order", &wrong, &None);
    steps.equal("items", &numbers.len(), &MANY);
    steps.equal("the level", &level, &0);
}
