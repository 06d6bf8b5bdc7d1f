//! tokio's channel and chapter 7's queue do, turn by turn, what the simulator "Same pipe,
//! two cultures" says about them.

use std::path::Path;
use std::pin::Pin;

use futures_util::FutureExt;
use lab::trace::{Row, Table};
use tokio::sync::mpsc;
use watermark::{Consumer, Flow, Producer, Watermarks, Weight, queue};

/// The destination takes a chunk in the turns 2, 6, 10 and so on.
const EVERY: u64 = 4;
const FIRST: u64 = 2;

/// A pipe, and the producer at its end. Sizes in KiB.
trait Pipe {
    /// The destination takes a chunk, if there is one.
    fn take(&mut self);
    /// The producer has a chunk. It is told to wait, or not.
    fn put(&mut self) -> bool;
    /// A producer that was told to wait asks whether it may go on. With a chunk in its
    /// hand, it puts it in.
    fn is_free(&mut self) -> bool;
    /// What is inside.
    fn level(&self) -> u64;
}

/// What is seen after a turn.
#[derive(Debug, Default, PartialEq)]
struct Moment {
    level: u64,
    most: u64,
    told: u64,
    waits: bool,
}

/// The moment after `turns` turns.
fn run(pipe: &mut dyn Pipe, turns: u64, listens: bool, holds: bool) -> Moment {
    let mut now = Moment::default();
    for turn in 1..=turns {
        if turn % EVERY == FIRST {
            pipe.take();
        }
        let mut has_put = false;
        if now.waits && pipe.is_free() {
            now.waits = false;
            has_put = holds;
        }
        if !now.waits && !has_put && pipe.put() {
            now.told += 1;
            now.waits = listens;
        }
        now.level = pipe.level();
        now.most = now.most.max(now.level);
    }
    now
}

type Sending = Pin<Box<dyn Future<Output = ()>>>;

/// A channel of tokio, and a send that waits.
struct Channel {
    chunk: u64,
    sender: mpsc::Sender<u64>,
    receiver: mpsc::Receiver<u64>,
    sending: Option<Sending>,
}

impl Channel {
    fn new(chunk: u64, capacity: usize) -> Channel {
        let (sender, receiver) = mpsc::channel(capacity);
        Channel {
            chunk,
            sender,
            receiver,
            sending: None,
        }
    }
}

impl Pipe for Channel {
    fn take(&mut self) {
        self.receiver.recv().now_or_never();
    }

    fn put(&mut self) -> bool {
        let (sender, chunk) = (self.sender.clone(), self.chunk);
        self.sending = Some(Box::pin(async move {
            sender.send(chunk).await.expect("the receiver is there");
        }));
        !self.is_free()
    }

    fn is_free(&mut self) -> bool {
        let sending = self.sending.as_mut().expect("a send");
        sending.now_or_never().is_some()
    }

    fn level(&self) -> u64 {
        self.receiver.len() as u64 * self.chunk
    }
}

/// The channel of a producer that does not listen: it needs another type.
struct Unbounded {
    chunk: u64,
    sender: mpsc::UnboundedSender<u64>,
    receiver: mpsc::UnboundedReceiver<u64>,
}

impl Unbounded {
    fn new(chunk: u64) -> Unbounded {
        let (sender, receiver) = mpsc::unbounded_channel();
        Unbounded {
            chunk,
            sender,
            receiver,
        }
    }
}

impl Pipe for Unbounded {
    fn take(&mut self) {
        self.receiver.recv().now_or_never();
    }

    fn put(&mut self) -> bool {
        self.sender.send(self.chunk).expect("the receiver is there");
        false
    }

    fn is_free(&mut self) -> bool {
        true
    }

    fn level(&self) -> u64 {
        self.receiver.len() as u64 * self.chunk
    }
}

/// A chunk that only has a size, in KiB.
struct Piece(usize);

impl Weight for Piece {
    fn weight(&self) -> usize {
        self.0
    }
}

/// Chapter 7's queue.
struct Queue {
    chunk: u64,
    producer: Producer<Piece>,
    consumer: Consumer<Piece>,
}

impl Queue {
    fn new(chunk: u64, mark: usize) -> Queue {
        let (producer, consumer) = queue(Watermarks::new(mark / 2, mark));
        Queue {
            chunk,
            producer,
            consumer,
        }
    }
}

impl Pipe for Queue {
    fn take(&mut self) {
        self.consumer.pop().now_or_never();
    }

    fn put(&mut self) -> bool {
        let answer = self.producer.push(Piece(self.chunk as usize));
        answer.expect("the consumer is there") == Flow::Wait
    }

    fn is_free(&mut self) -> bool {
        self.producer.drained().now_or_never().is_some()
    }

    fn level(&self) -> u64 {
        self.consumer.record().level as u64
    }
}

fn number(row: &Row<'_>, name: &str) -> u64 {
    let number = row.number(name).expect("a number");
    number.expect("a cell")
}

fn flag(row: &Row<'_>, name: &str) -> bool {
    row.flag(name).expect("a flag").expect("a cell")
}

/// What a row's pipe does; `None` for the one of Node.js.
fn seen(row: &Row<'_>) -> Option<Moment> {
    let name = row.text("pipe").expect("a column").expect("a cell");
    let (chunk, turns) = (number(row, "chunk"), number(row, "turn"));
    let listens = flag(row, "listens");
    let mut pipe: Box<dyn Pipe> = match (name, listens) {
        ("channel", true) => {
            Box::new(Channel::new(chunk, number(row, "capacity") as usize))
        }
        ("channel", false) => Box::new(Unbounded::new(chunk)),
        ("queue", _) => Box::new(Queue::new(chunk, number(row, "mark") as usize)),
        _ => return None,
    };
    // A send that waits has its chunk in its hand; a queue has taken it already.
    let holds = name == "channel";
    Some(run(pipe.as_mut(), turns, listens, holds))
}

#[test]
fn the_pipes_of_rust_follow_the_table() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = file.join("../../../book/traces/pipe.tsv");
    let table = Table::read(&file).expect("the table can be read");
    let mut followed = 0;
    for case in table.cases() {
        for row in &case.rows {
            let Some(seen) = seen(row) else { continue };
            let expected = Moment {
                level: number(row, "level"),
                most: number(row, "most"),
                told: number(row, "told"),
                waits: flag(row, "waits"),
            };
            assert_eq!(seen, expected, "{}, line {}", case.name, row.line());
            followed += 1;
        }
    }
    assert!(followed >= 50, "{followed} rows");
}
