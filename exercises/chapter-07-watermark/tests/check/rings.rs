//! Everything that must ring, and for whom: one end waits, and the
//! other one does something.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use watermark::{Consumer, Producer, Watermarks, queue};

use crate::item::{Item, item};

/// What an end does. It is given back, unless it is dropped.
pub type Act<A> = fn(A) -> Option<A>;
/// What the other end waits for; that it is over is enough.
pub type Wait<W> = fn(&mut W) -> BoxFuture<'_, ()>;

/// What rings for a pop from an empty queue.
pub const FOR_A_POP: [(&str, Act<Producer<Item>>); 4] = [
    ("the producer pushes", |producer| {
        let _ = producer.push(item(0, 1));
        Some(producer)
    }),
    ("the producer closes", |producer| {
        producer.close();
        Some(producer)
    }),
    ("the producer fails", |producer| {
        producer.fail("gone".into());
        Some(producer)
    }),
    ("the producer is dropped", |_| None),
];

/// What rings for `drained` of a queue that is full.
pub const FOR_A_DRAIN: [(&str, Act<Consumer<Item>>); 2] = [
    ("the consumer pops", |mut consumer| {
        drop(consumer.pop().now_or_never());
        Some(consumer)
    }),
    ("the consumer is dropped", |_| None),
];

/// A queue without an item: who waits, and who acts.
pub fn empty() -> (Consumer<Item>, Producer<Item>) {
    let (producer, consumer) = queue(Watermarks { low: 0, high: 1 });
    (consumer, producer)
}

/// A queue with one item, which was answered with `Wait`.
pub fn full() -> (Producer<Item>, Consumer<Item>) {
    let (producer, consumer) = queue(Watermarks { low: 0, high: 1 });
    let _ = producer.push(item(0, 1));
    (producer, consumer)
}

pub fn popped(consumer: &mut Consumer<Item>) -> BoxFuture<'_, ()> {
    consumer.pop().map(drop).boxed()
}

pub fn drained(producer: &mut Producer<Item>) -> BoxFuture<'_, ()> {
    producer.drained().map(drop).boxed()
}
