//! Checks of clients that leave.

use backpressure::{FileBody, PIECE, fill};
use lab::drops::Drops;
use lab::payload::Payload;
use lab::size::MIB;
use lab::work::Work;
use lab::{Size, Steps};
use lab_net::pipe;
use lab_net::{Client, Pace, Request};
use tokio::time::timeout;
use watermark::{Marks, queue};

use crate::body::{piece, rest, settled, until};
use crate::disk::Disk;
use crate::served::{PIPE, SERVED};
use crate::server::{NOBODY, Server};
use crate::{AHEAD, MARK, PATIENCE};

/// A body whose source is counted and guarded.
fn watched(payload: Payload, drops: &Drops, work: &Work) -> FileBody {
    let (guard, count) = (drops.clone(), work.clone());
    let source = Disk::new(payload, move |source| {
        source.guarded_by(&guard).counted_by(&count)
    });
    FileBody::queued(source, 0..payload.length(), MARK)
}

/// The reader waits for room when its client leaves: no room will
/// ever come.
pub async fn ends_the_wait(steps: Steps) {
    let payload = Payload::new(8 * MIB);
    for pieces in [0, 3] {
        let (drops, work) = (Drops::new(), Work::new());
        steps.step(format!("take {pieces} pieces, then nothing"));
        let mut body = watched(payload, &drops, &work);
        for _ in 0..pieces {
            piece(&steps, &mut body).await;
        }
        settled(&work).await;
        steps.step("the reader waits, and the body is dropped");
        drop(body);
        let gone = until(|| drops.alive() == 0).await;
        steps.holds("the reader ends, and its file is closed", gone);
    }
    alone(&steps).await;
}

/// The same without a body, and so without anybody who aborts the
/// reader: it must look at what becomes of its pieces.
async fn alone(steps: &Steps) {
    let payload = Payload::new(64 * MIB);
    for pieces in [0, 1, 3] {
        let (drops, work) = (Drops::new(), Work::new());
        let (guard, count) = (drops.clone(), work.clone());
        let source = Disk::new(payload, move |source| {
            source.guarded_by(&guard).counted_by(&count)
        });
        let marks = Marks::new(MARK / 2, MARK);
        let (producer, mut consumer) = queue(marks);
        steps.step(format!(
            "call `fill` alone, take {pieces} pieces, and drop the \
             consumer"
        ));
        let whole = 0..payload.length();
        let reading = tokio::spawn(fill(source, whole, producer));
        let mut taken = 0;
        for _ in 0..pieces {
            let popped = timeout(PATIENCE, consumer.pop()).await;
            let popped = steps.succeeds("a piece comes", popped);
            let piece = steps.succeeds("the pop", popped);
            taken += piece.map_or(0, |piece| piece.len() as u64);
        }
        settled(&work).await;
        drop(consumer);
        let ended = timeout(PATIENCE, reading).await;
        let ended = steps.succeeds("the reader ends", ended);
        steps.succeeds("the reader's task", ended);
        let most = Size(taken + AHEAD + PIECE as u64);
        steps.at_most("bytes read", Size(work.bytes()), most);
        // A thread that reads for `fill` may drop it a bit later.
        let gone = until(|| drops.alive() == 0).await;
        steps.holds("the source is dropped", gone);
    }
}

pub async fn drops_the_source(steps: Steps) {
    let payload = Payload::new(MIB);
    let (drops, work) = (Drops::new(), Work::new());
    steps.step("take a body of 1 MiB to its end, and drop it");
    let mut body = watched(payload, &drops, &work);
    let mut verifier = payload.verifier();
    rest(&steps, &mut body, &mut verifier).await;
    steps.succeeds("the bytes", verifier.finish());
    drop(body);
    let gone = until(|| drops.alive() == 0).await;
    steps.holds("the source is dropped", gone);

    let payload = Payload::new(32 * MIB);
    let (drops, work) = (Drops::new(), Work::new());
    steps.step("make a body of 32 MiB, and take two pieces");
    let mut body = watched(payload, &drops, &work);
    let mut taken = 0;
    for _ in 0..2 {
        taken += piece(&steps, &mut body).await.len() as u64;
    }
    steps.step("drop the body, as a client that leaves does");
    drop(body);
    let gone = until(|| drops.alive() == 0).await;
    settled(&work).await;
    let ahead = work.bytes() - taken;
    steps.at_most("read ahead", Size(ahead), Size(AHEAD));
    steps.holds("the source is dropped", gone);

    let (drops, work) = (Drops::new(), Work::new());
    let (guard, count) = (drops.clone(), work.clone());
    let server =
        Server::start(move || watched(payload, &guard, &count));
    steps.step("a client takes 200,000 bytes over HTTP, and leaves");
    let (mut client, end) = pipe::hard(PIPE);
    server.accept(end);
    let left = Client::new(NOBODY).pace(Pace::Leaves(200_000));
    let request = Request::get("/download");
    let left = left.download_over(&mut client, &request).await;
    let taken = steps.succeeds("an answer", left).bytes;
    drop(client);
    let gone = until(|| drops.alive() == 0).await;
    settled(&work).await;
    let ahead = work.bytes().saturating_sub(taken);
    let most = SERVED + PIECE as u64;
    steps.at_most("read ahead", Size(ahead), Size(most));
    steps.holds("the source is dropped", gone);
}
