//! Two threads that never sleep, so that one of them often rings
//! between the look and the wait of the other.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use lab::Steps;
use watermark::{Consumer, Producer, Watermarks, queue};

use crate::bell::Bell;
use crate::item::{Item, item};

/// Items that go from one thread to the other, one at a time, at
/// most.
const ROUNDS: usize = 40_000;
/// How long to try, at most: a busy machine tries less often.
const EFFORT: Duration = Duration::from_secs(2);

/// Each item is pushed when the one before was popped. A wake that
/// is lost leaves both ends waiting.
pub fn race(steps: &Steps) {
    steps.step("items between two threads, one by one");
    let (producer, consumer) = queue(Watermarks { low: 0, high: 1 });
    let (pushed, popped) = thread::scope(|scope| {
        let pushing = scope.spawn(move || push_all(producer));
        let popping = scope.spawn(move || pop_all(consumer));
        (pushing.join(), popping.join())
    });
    let pushed = pushed.unwrap_or(Err(0));
    let pushed = pushed.map_err(Stuck);
    let pushed = steps.succeeds("every wait for a drain", pushed);
    let popped = popped.unwrap_or(Err(0));
    let popped = popped.map_err(Stuck);
    let popped = steps.succeeds("every wait for an item", popped);
    steps.equal("items that came through", &popped, &pushed);
}

/// Nobody rang after so many items, or in this round.
#[derive(Debug)]
#[allow(dead_code, reason = "a failed step shows it")]
pub struct Stuck(pub usize);

/// Gives how many items were pushed; as an error, when one of
/// them was never popped.
fn push_all(producer: Producer<Item>) -> Result<usize, usize> {
    let end = Instant::now() + EFFORT;
    let mut number = 0;
    while number < ROUNDS && Instant::now() < end {
        dawdle(number % 61);
        match spin(producer.send(item(number, 1))) {
            Some(Ok(())) => number += 1,
            _ => return Err(number),
        }
    }
    producer.close();
    Ok(number)
}

/// The same for items that were popped.
fn pop_all(mut consumer: Consumer<Item>) -> Result<usize, usize> {
    let mut number = 0;
    loop {
        dawdle(number % 67);
        match spin(consumer.pop()) {
            Some(Ok(Some(_))) => number += 1,
            Some(Ok(None)) => return Ok(number),
            _ => return Err(number),
        }
    }
}

/// A moment that is different each time: in one of the rounds the
/// two threads meet at the wrong place.
fn dawdle(moments: usize) {
    for _ in 0..moments {
        std::hint::spin_loop();
    }
}

/// Polls the future now, and then when somebody has rung. `None`:
/// nobody did for so long that the wake was lost.
fn spin<F: Future>(future: F) -> Option<F::Output> {
    let bell = Arc::new(Bell::default());
    let mut future = pin!(future);
    match bell.poll(future.as_mut()) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => bell.spin(future),
    }
}
