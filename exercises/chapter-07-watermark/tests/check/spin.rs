//! Two threads that never sleep, so that one of them often rings
//! between the look and the wait of the other.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Instant;

use lab::Steps;
use watermark::{Consumer, Marks, Producer, queue};

use crate::PATIENCE;
use crate::item::{Item, item};

/// Items that go from one thread to the other, one at a time.
const ROUNDS: usize = 40_000;

/// How often to look for a ring before others get the processor.
const HASTE: usize = 200;

/// Whether somebody has rung.
struct Bell(AtomicBool);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// Each item is pushed when the one before was popped. A wake that
/// is lost leaves both ends waiting.
pub fn race(steps: &Steps) {
    steps.step(format!(
        "{ROUNDS} items between two threads, one by one"
    ));
    let (producer, consumer) = queue(Marks { low: 0, high: 1 });
    let (pushed, popped) = thread::scope(|scope| {
        let pushing = scope.spawn(move || push_all(producer));
        let popping = scope.spawn(move || pop_all(consumer));
        (pushing.join(), popping.join())
    });
    // The consumer stays until the last push has gone on.
    let popped = popped.map_or(0, |(popped, _consumer)| popped);
    steps.equal("items that came through", &popped, &ROUNDS);
    let pushed = pushed.unwrap_or(0);
    steps.equal("pushes that went on", &pushed, &ROUNDS);
}

fn push_all(producer: Producer<Item>) -> usize {
    let end = Instant::now() + PATIENCE;
    for number in 0..ROUNDS {
        dawdle(number % 61);
        let sent = spin(producer.send(item(number, 1)), end);
        if !matches!(sent, Some(Ok(()))) {
            return number;
        }
    }
    producer.close();
    ROUNDS
}

fn pop_all(mut consumer: Consumer<Item>) -> (usize, Consumer<Item>) {
    let end = Instant::now() + PATIENCE;
    for number in 0..ROUNDS {
        dawdle(number % 67);
        let popped = spin(consumer.pop(), end);
        if !matches!(popped, Some(Ok(Some(_)))) {
            return (number, consumer);
        }
    }
    (ROUNDS, consumer)
}

/// A moment that is different each time: in one of the rounds the
/// two threads meet at the wrong place.
fn dawdle(moments: usize) {
    for _ in 0..moments {
        std::hint::spin_loop();
    }
}

/// Polls the future when somebody has rung, and gives up at
/// `end`: only a wake that was lost takes that long.
fn spin<F: Future>(future: F, end: Instant) -> Option<F::Output> {
    let bell = Arc::new(Bell(AtomicBool::new(true)));
    let waker = Waker::from(Arc::clone(&bell));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    let mut looks = 0;
    loop {
        looks += 1;
        if bell.0.swap(false, SeqCst) {
            match future.as_mut().poll(&mut context) {
                Poll::Ready(output) => return Some(output),
                Poll::Pending => {}
            }
        } else if looks < HASTE {
            std::hint::spin_loop();
        } else if Instant::now() > end {
            return None;
        } else {
            // The other thread may need this processor.
            thread::yield_now();
        }
    }
}
