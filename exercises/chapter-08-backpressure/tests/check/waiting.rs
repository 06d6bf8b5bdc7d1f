//! Checks of how a body and its reader wait.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use backpressure::{
    AbortOnDrop, CHUNK, ChunkStream, FileBody, chunk_stream,
};
use futures_util::{StreamExt, stream};
use http_body_util::BodyExt;
use lab::Steps;
use lab::payload::Payload;
use lab::size::MIB;
use lab_net::gate::BlockingGate;
use lab_net::heartbeat::Heartbeat;
use lab_net::source::Source;
use tokio::runtime::Handle;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};
use watermark::{Watermarks, queue};

use crate::body::{WAYS, Way, chunk, next, rest, until};
use crate::clock::Clock;
use crate::disk::Disk;
use crate::{MARK, PATIENCE};

/// How often a body may be polled for one chunk: once at first,
/// once for the news, and a few to spare.
const FEW: u64 = 6;
/// How often the runtime may go to sleep in an hour.
const NAPS: u64 = 20;
/// How often others get their turn while a body waits.
const TURNS: usize = 1000;

pub async fn heartbeat(steps: Steps) {
    for way in WAYS {
        beats(&steps, way).await;
    }
}

async fn beats(steps: &Steps, way: Way) {
    let payload = Payload::new(MIB);
    let gate = BlockingGate::new();
    let behind = gate.clone();
    let source =
        Disk::new(payload, move |source| source.behind(&behind));
    let heart = Heartbeat::at(&gate);
    steps.step(format!("{way}: make a body whose first read blocks"));
    let whole = 0..payload.length();
    let mut body = way.body(source, whole, MARK);
    steps.step("take the first chunk");
    chunk(steps, &mut body).await;
    steps.holds(
        "the runtime keeps running while the read blocks",
        !gate.gave_up() && heart.beats_while_blocked() > 0,
    );
    // What two bodies share is another check's business.
    drop(body);

    let chunk = CHUNK as u64;
    for length in [1, chunk, chunk + 10, 3 * chunk + 10] {
        last_read(steps, way, payload, length).await;
    }

    let gate = BlockingGate::new();
    let source = Disk::new(payload, |source| source);
    let source = source.seeking_behind(&gate);
    let _heart = Heartbeat::at(&gate);
    steps.step(format!("{way}: make a body whose seek blocks"));
    let part = 100_000..payload.length();
    let mut body = way.body(source, part, MARK);
    steps.step("take the first chunk");
    // Longer than the gate waits: it has the word first.
    let first = timeout(PATIENCE * 2, body.frame()).await;
    steps.holds(
        "the runtime keeps running while the seek blocks",
        !gate.gave_up(),
    );
    steps.holds("a chunk comes", matches!(first, Ok(Some(Ok(_)))));
}

/// The read that brings the last byte blocks.
async fn last_read(
    steps: &Steps,
    way: Way,
    payload: Payload,
    length: u64,
) {
    steps.step(format!(
        "{way}: {length} bytes, and the last read blocks"
    ));
    let gate = BlockingGate::new();
    let source = Disk::new(payload, |source| source);
    let source = source.closed_over(length - 1, &gate);
    let heart = Heartbeat::at(&gate);
    let mut body = way.body(source, 0..length, MARK);
    let mut taken = 0;
    while taken < length {
        // Longer than the gate waits: it has the word first.
        let next = timeout(PATIENCE * 2, body.frame()).await;
        match next {
            Ok(Some(Ok(chunk))) => {
                let chunk = chunk.into_data().unwrap_or_default();
                taken += chunk.len() as u64;
            }
            _ => break,
        }
    }
    steps.holds(
        "the runtime keeps running while the last read blocks",
        !gate.gave_up() && heart.beats_while_blocked() > 0,
    );
    steps.equal("bytes that came", &taken, &length);
}

/// Nobody needs the processor while a client stalls. The clock
/// stands still, so that the hours are over when everybody
/// waits: looking every minute would be 60 looks.
pub async fn no_polls(steps: Steps) {
    for way in WAYS {
        asleep(&steps, way).await;
    }
}

async fn asleep(steps: &Steps, way: Way) {
    let payload = Payload::new(4 * MIB);
    steps.step(format!(
        "{way}: make a body of 64 chunks, and take two of them"
    ));
    let source = Disk::new(payload, |source| source);
    let whole = 0..payload.length();
    let mut body = way.body(source, whole, MARK);
    for _ in 0..2 {
        let chunk = body.frame().await;
        steps.holds("a chunk comes", matches!(chunk, Some(Ok(_))));
    }
    // Until the queue is full.
    let mut clock = Clock::default();
    clock.pass(PATIENCE).await;
    if clock.stands() {
        // Looks cannot be counted beside a thread of the pool that
        // this body has for itself.
        return;
    }
    steps.step("take nothing for an hour");
    let runtime = Handle::current().metrics();
    let before = runtime.worker_park_count(0);
    sleep(PATIENCE * 6 * 60).await;
    let naps = runtime.worker_park_count(0) - before;
    steps.at_most("how often it looked for room", naps, NAPS);
}

pub async fn woken(steps: Steps) {
    for way in WAYS {
        wakes(&steps, way).await;
    }
}

async fn wakes(steps: &Steps, way: Way) {
    let payload = Payload::new(MIB);
    let gate = BlockingGate::new();
    let source = Disk::new(payload, |source| source);
    let source = source.closed_from(CHUNK as u64, &gate);
    steps.step(format!(
        "{way}: a body that cannot be read on after 64 KiB"
    ));
    let whole = 0..payload.length();
    let mut body = way.body(source, whole, 0);
    let mut taken = 0;
    while taken < CHUNK as u64 {
        taken += chunk(steps, &mut body).await.len() as u64;
    }
    steps.step("wait for the next chunk, and let the read continue");
    let second = tokio::spawn(async move {
        let chunk = body.frame().await;
        (chunk, body)
    });
    until(|| gate.entered() > 0).await;
    gate.open();
    let second = timeout(PATIENCE / 2, second).await;
    let second = steps.succeeds("the body is woken", second);
    let (second, mut body) = steps.succeeds("the task", second);
    let second = match second {
        Some(second) => steps.succeeds("a chunk", second),
        None => steps.fail("a chunk", "the end of the body"),
    };
    let second = second.into_data().unwrap_or_default();
    let mut verifier = payload.verifier_of(taken..MIB);
    verifier.feed(&second);
    rest(steps, &mut body, &mut verifier).await;
    steps.succeeds("the rest", verifier.finish());
}

pub async fn polls(steps: Steps) {
    for way in WAYS {
        few_polls(&steps, way).await;
    }
}

async fn few_polls(steps: &Steps, way: Way) {
    let payload = Payload::new(MIB);
    let gate = BlockingGate::with_patience(Duration::from_secs(600));
    let behind = gate.clone();
    let source =
        Disk::new(payload, move |source| source.behind(&behind));
    steps.step(format!("{way}: wait for a chunk whose read blocks"));
    let whole = 0..payload.length();
    let mut body = way.body(source, whole, MARK);
    let first = tokio::spawn(async move {
        let mut polls = 0;
        let frame = Box::pin(body.frame());
        let frame = Counted {
            future: frame,
            polls: &mut polls,
        };
        let came = matches!(frame.await, Some(Ok(_)));
        (came, polls)
    });
    until(|| gate.entered() > 0).await;
    for _ in 0..TURNS {
        yield_now().await;
    }
    gate.open();
    let first = timeout(PATIENCE, first).await;
    let first = steps.succeeds("an end of waiting", first);
    let (came, polls) = steps.succeeds("the task", first);
    steps.holds("the chunk comes", came);
    steps.at_most("polls of the body", polls, FEW);
}

/// A stream of chunks that panics when it is polled after its end.
pub async fn fused(steps: Steps) {
    let payload = Payload::new(MIB);
    let frames = Source::new(payload).chunks(CHUNK);
    let frames = frames.map(|chunk| chunk.map_err(Into::into));
    steps.step("take a body to its end, and ask three times more");
    let mut body = FileBody::new(frames.boxed(), payload.length());
    let mut verifier = payload.verifier();
    rest(&steps, &mut body, &mut verifier).await;
    steps.succeeds("the bytes", verifier.finish());
    expect_nothing(&steps, &mut body).await;

    steps.step("take a body to its error, and ask three times more");
    let frames = stream::once(async { Err("gone".into()) });
    let frames = frames.chain(stream::once(async {
        panic!("the stream is polled after its error")
    }));
    let mut body = FileBody::new(frames.boxed(), payload.length());
    let error = next(&steps, &mut body).await;
    steps.holds("an error comes", matches!(error, Some(Err(_))));
    expect_nothing(&steps, &mut body).await;

    ended_frames(&steps).await;

    for way in WAYS {
        steps.step(format!("{way}, and a file that is too short"));
        let source = Disk::new(payload, |source| source);
        let whole = 0..payload.length() + 1;
        let mut body = way.body(source, whole, MARK);
        while let Some(Ok(_)) = next(&steps, &mut body).await {}
        expect_nothing(&steps, &mut body).await;
    }
}

/// A `while let` over the frames of a body, or of a queue, ends.
async fn ended_frames(steps: &Steps) {
    let payload = Payload::new(MIB);
    steps.step("the frames of a body that fails");
    let chunks = stream::once(async { Err("gone".into()) });
    let chunks = chunks.chain(stream::once(async {
        panic!("the stream is polled after its error")
    }));
    let body = FileBody::new(chunks.boxed(), payload.length());
    expect_end(steps, body.into_chunks()).await;

    for way in WAYS {
        steps.step(format!(
            "{way}, and the frames of a file that is too short"
        ));
        let source = Disk::new(payload, |source| source);
        let whole = 0..payload.length() + 1;
        let body = way.body(source, whole, MARK);
        expect_end(steps, body.into_chunks()).await;
    }

    for fails in [true, false] {
        let how = if fails { "fails" } else { "vanishes" };
        steps.step(format!("the frames of a producer that {how}"));
        let (producer, consumer) = queue(Watermarks::new(0, 1));
        if fails {
            producer.fail("gone".into());
        }
        drop(producer);
        let feeder =
            AbortOnDrop::spawn(Box::pin(std::future::pending()));
        expect_end(steps, chunk_stream(consumer, feeder)).await;
    }
}

/// Chunks, one error, and then nothing, however often it is asked.
async fn expect_end(steps: &Steps, mut frames: ChunkStream) {
    let failed = loop {
        match timeout(PATIENCE, frames.next()).await {
            Ok(Some(Ok(_))) => {}
            Ok(Some(Err(_))) => break true,
            _ => break false,
        }
    };
    steps.holds("an error comes", failed);
    for _ in 0..3 {
        let more = timeout(PATIENCE, frames.next()).await;
        let more = steps.succeeds("an end of the frames", more);
        let more = more.map(|chunk| chunk.map(|chunk| chunk.len()));
        steps.holds("nothing comes after it", more.is_none());
    }
}

async fn expect_nothing(steps: &Steps, body: &mut FileBody) {
    for _ in 0..3 {
        let more = next(steps, body).await;
        steps.holds("nothing comes", more.is_none());
    }
}

/// Counts the polls of a future.
struct Counted<'a, F> {
    future: Pin<Box<F>>,
    polls: &'a mut u64,
}

impl<F: Future> Future for Counted<'_, F> {
    type Output = F::Output;

    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Self::Output> {
        *self.polls += 1;
        self.future.as_mut().poll(context)
    }
}
