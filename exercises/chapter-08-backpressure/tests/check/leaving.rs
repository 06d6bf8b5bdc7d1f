//! Checks of clients that leave.

use std::time::Duration;

use backpressure::{AbortOnDrop, CHUNK, FileBody, chunk_stream, fill};
use futures_util::{FutureExt, StreamExt};
use http_body_util::BodyExt;
use lab::drops::DropCounter;
use lab::payload::Payload;
use lab::size::MIB;
use lab::work::CallCounter;
use lab::{Size, Steps};
use lab_net::gate::BlockingGate;
use lab_net::pipe;
use lab_net::{Client, Pace, Request};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use watermark::{Watermarks, queue};

use crate::body::{WAYS, Way, chunk, rest, settled, until};
use crate::disk::Disk;
use crate::served::{PIPE, SERVED};
use crate::server::{NOBODY, Server};
use crate::{AHEAD, MARK, PATIENCE};

/// A disk that is counted and guarded.
fn guarded(
    payload: Payload,
    drops: &DropCounter,
    work: &CallCounter,
) -> Disk {
    let (guard, count) = (drops.clone(), work.clone());
    Disk::new(payload, move |source| {
        source.guarded_by(&guard).counted_by(&count)
    })
}

/// A body of such a disk.
fn watched(
    way: Way,
    payload: Payload,
    drops: &DropCounter,
    work: &CallCounter,
) -> FileBody {
    let source = guarded(payload, drops, work);
    way.body(source, 0..payload.length(), MARK)
}

/// The reader waits for room when its client leaves: no room will
/// ever come.
pub async fn ends_the_wait(steps: Steps) {
    let payload = Payload::new(8 * MIB);
    for way in WAYS {
        for chunks in [0, 3] {
            let (drops, work) =
                (DropCounter::new(), CallCounter::new());
            steps.step(format!(
                "{way}: take {chunks} chunks, then nothing"
            ));
            let mut body = watched(way, payload, &drops, &work);
            for _ in 0..chunks {
                chunk(&steps, &mut body).await;
            }
            settled(&work).await;
            steps.step("the reader waits, and the body is dropped");
            drop(body);
            let gone = until(|| drops.alive() == 0).await;
            steps
                .holds("the reader ends, and its file is closed", gone);
        }
    }
    alone(&steps).await;
    for mark in [0, MARK, 64 * CHUNK] {
        for chunks in 0..4 {
            reading(&steps, mark, chunks).await;
        }
        before_it_begins(&steps, mark).await;
    }
}

/// The client leaves while a chunk is read, or while its place is
/// sought, and the queue has room for many more.
async fn reading(steps: &Steps, mark: usize, chunks: u64) {
    let payload = Payload::new(64 * MIB);
    let (drops, work) = (DropCounter::new(), CallCounter::new());
    let gate = BlockingGate::with_patience(Duration::from_secs(600));
    let source = guarded(payload, &drops, &work);
    let source = match chunks {
        0 => source.seeking_behind(&gate),
        n => source.closed_from((n - 1) * CHUNK as u64, &gate),
    };
    let what = match chunks {
        0 => "the seek".to_owned(),
        n => format!("the read of chunk {n}"),
    };
    steps.step(format!(
        "call `fill` alone with a mark of {mark}; {what} takes long, \
         and the consumer is dropped"
    ));
    let (producer, mut consumer) =
        queue(Watermarks::new(mark / 2, mark));
    let whole = 0..payload.length();
    let reading = tokio::spawn(fill(source, whole, producer));
    // At a mark of 0, what comes before it must be taken first.
    let mut taken = 0;
    while taken < chunks.saturating_sub(1) * CHUNK as u64 {
        let popped = timeout(PATIENCE, consumer.pop()).await;
        let popped = steps.succeeds("a chunk comes", popped);
        let popped = steps.succeeds("the pop", popped);
        match popped {
            Some(chunk) => taken += chunk.len() as u64,
            None => steps.fail("a chunk", "the end of the queue"),
        }
    }
    until(|| gate.entered() > 0).await;
    drop(consumer);
    let before = work.bytes();
    gate.open();
    ended(steps, reading, &drops).await;
    let most = Size(before + CHUNK as u64);
    steps.at_most("bytes read", Size(work.bytes()), most);
}

/// The client has left before anything was read for it.
async fn before_it_begins(steps: &Steps, mark: usize) {
    let payload = Payload::new(64 * MIB);
    let (drops, work) = (DropCounter::new(), CallCounter::new());
    steps.step(format!(
        "call `fill` alone with a mark of {mark} when the consumer is \
         dropped already"
    ));
    let source = guarded(payload, &drops, &work);
    let (producer, consumer) = queue(Watermarks::new(mark / 2, mark));
    drop(consumer);
    let whole = 0..payload.length();
    let reading = tokio::spawn(fill(source, whole, producer));
    ended(steps, reading, &drops).await;
    let most = Size(CHUNK as u64);
    steps.at_most("bytes read", Size(work.bytes()), most);
}

/// Nobody aborts the reader, and it comes to its end.
async fn ended(
    steps: &Steps,
    reading: JoinHandle<()>,
    drops: &DropCounter,
) {
    let ended = timeout(PATIENCE, reading).await;
    let ended = steps.succeeds("the reader ends", ended);
    steps.succeeds("the reader's task", ended);
    // A thread that reads for `fill` may drop it a bit later.
    let gone = until(|| drops.alive() == 0).await;
    steps.holds("the source is dropped", gone);
}

/// The same without a body, and so without anybody who aborts the
/// reader: it must look at what becomes of its chunks.
async fn alone(steps: &Steps) {
    let payload = Payload::new(64 * MIB);
    for chunks in [0, 1, 3] {
        let (drops, work) = (DropCounter::new(), CallCounter::new());
        let source = guarded(payload, &drops, &work);
        let marks = Watermarks::new(MARK / 2, MARK);
        let (producer, mut consumer) = queue(marks);
        steps.step(format!(
            "call `fill` alone, take {chunks} chunks, and drop the \
             consumer"
        ));
        let whole = 0..payload.length();
        let reading = tokio::spawn(fill(source, whole, producer));
        let mut taken = 0;
        for _ in 0..chunks {
            let popped = timeout(PATIENCE, consumer.pop()).await;
            let popped = steps.succeeds("a chunk comes", popped);
            let chunk = steps.succeeds("the pop", popped);
            taken += chunk.map_or(0, |chunk| chunk.len() as u64);
        }
        settled(&work).await;
        drop(consumer);
        ended(steps, reading, &drops).await;
        let most = Size(taken + AHEAD + CHUNK as u64);
        steps.at_most("bytes read", Size(work.bytes()), most);
    }
}

pub async fn drops_the_source(steps: Steps) {
    owned_by_the_stream(&steps).await;
    for way in WAYS {
        dropped(&steps, way).await;
    }
    over_http(&steps).await;
}

async fn dropped(steps: &Steps, way: Way) {
    let payload = Payload::new(MIB);
    let (drops, work) = (DropCounter::new(), CallCounter::new());
    steps.step(format!(
        "{way}: take a body of 1 MiB to its end, and drop it"
    ));
    let mut body = watched(way, payload, &drops, &work);
    let mut verifier = payload.verifier();
    rest(steps, &mut body, &mut verifier).await;
    steps.succeeds("the bytes", verifier.finish());
    drop(body);
    let gone = until(|| drops.alive() == 0).await;
    steps.holds("the source is dropped", gone);

    let payload = Payload::new(32 * MIB);
    let (drops, work) = (DropCounter::new(), CallCounter::new());
    steps.step(format!(
        "{way}: make a body of 32 MiB, and take two chunks"
    ));
    let mut body = watched(way, payload, &drops, &work);
    let mut taken = 0;
    for _ in 0..2 {
        taken += chunk(steps, &mut body).await.len() as u64;
    }
    steps.step("drop the body, as if the client had disconnected");
    drop(body);
    let gone = until(|| drops.alive() == 0).await;
    settled(&work).await;
    let ahead = work.bytes() - taken;
    steps.at_most("read ahead", Size(ahead), Size(AHEAD));
    steps.holds("the source is dropped", gone);

    // A read that is in progress comes to its end, and no other one
    // begins.
    let (drops, work) = (DropCounter::new(), CallCounter::new());
    let gate = BlockingGate::with_patience(Duration::from_secs(600));
    let source = guarded(payload, &drops, &work);
    let source = source.closed_from(0, &gate);
    steps.step(format!(
        "{way}: drop a body of 32 MiB whose first read takes long"
    ));
    let whole = 0..payload.length();
    let mut body = way.body(source, whole, 64 * CHUNK);
    // A body may read nothing before it is asked.
    let asking =
        tokio::spawn(async move { body.frame().await.is_some() });
    until(|| gate.entered() > 0).await;
    asking.abort();
    let _ = asking.await;
    gate.open();
    let gone = until(|| drops.alive() == 0).await;
    settled(&work).await;
    let most = Size(CHUNK as u64);
    steps.at_most("bytes read", Size(work.bytes()), most);
    steps.holds("the source is dropped", gone);
}

async fn over_http(steps: &Steps) {
    let payload = Payload::new(32 * MIB);
    let (drops, work) = (DropCounter::new(), CallCounter::new());
    let (guard, count) = (drops.clone(), work.clone());
    let server = Server::start(move || {
        watched(Way::Queued, payload, &guard, &count)
    });
    steps.step(
        "a client takes 200,000 bytes over HTTP, and disconnects",
    );
    let (mut client, end) = pipe::bounded(PIPE);
    server.accept(end);
    let left = Client::new(NOBODY).pace(Pace::Leaves(200_000));
    let request = Request::get("/download");
    let left = left.download_over(&mut client, &request).await;
    let taken = steps.succeeds("an answer", left).bytes;
    drop(client);
    let gone = until(|| drops.alive() == 0).await;
    settled(&work).await;
    let ahead = work.bytes().saturating_sub(taken);
    let most = SERVED + CHUNK as u64;
    steps.at_most("read ahead", Size(ahead), Size(most));
    steps.holds("the source is dropped", gone);
}

/// A reader may wait for something else than its queue.
async fn owned_by_the_stream(steps: &Steps) {
    let drops = DropCounter::new();
    let guard = drops.guard();
    let (producer, consumer) = queue(Watermarks::new(0, 1));
    let reader = AbortOnDrop::spawn(Box::pin(async move {
        let _mine = (guard, producer);
        std::future::pending().await
    }));
    steps.step("a stream whose reader waits for a disk that hangs");
    let mut stream = chunk_stream(consumer, reader);
    let first = stream.next().now_or_never();
    steps.holds("the stream waits", first.is_none());
    steps.equal("readers alive", &drops.alive(), &1);
    steps.step("the client disconnects: the stream is dropped");
    drop(stream);
    let gone = until(|| drops.alive() == 0).await;
    steps.holds("its reader is gone", gone);
}
