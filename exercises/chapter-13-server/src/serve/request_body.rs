//! Joins the short chunks of a request's body, and fails a body that
//! stalls.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use bytes::BytesMut;
use futures_util::stream;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, timeout_at};
use uploads::ChunkCount;

use crate::BoxError;

/// A chunk with this many bytes is passed on at once.
const LEAST: usize = 16 * 1024;
/// The longest time that bytes wait for more.
const LONGEST: Duration = Duration::from_millis(50);

/// Returns the same body, and a future that fills it, which the task of
/// the connection must poll.
///
/// hyper hands over one chunk at a time, and wakes the task that waits
/// for it. If that's another task, such as the first stage of a
/// pipeline, the work changes between two threads for each chunk, and a
/// MiB in chunks of 16 bytes keeps both busy for 140 ms. Here the short
/// chunks stay on one thread, and only long ones change.
///
/// Nothing is read before somebody asks for the body, because hyper
/// then tells the client that it may send (`Expect: 100-continue`).
///
/// The body fails if none of it comes for `patience` while the server
/// waits for it. While the server doesn't wait, for example because its
/// disk is slow, no time is counted.
pub(crate) fn gathered(
    body: Incoming,
    patience: Duration,
) -> (Body, impl Future<Output = ()> + Send) {
    let asked = Arc::new(Notify::new());
    let (sender, receiver) = mpsc::channel(1);
    let filling = fill(body, patience, Arc::clone(&asked), sender);
    let chunks = stream::try_unfold(receiver, move |mut receiver| {
        asked.notify_one();
        async {
            let over = "the request is over, and nobody reads on";
            let chunk = receiver.recv().await.ok_or(over)??;
            BoxResult::Ok(chunk.map(|chunk| (chunk, receiver)))
        }
    });
    (Body::from_stream(chunks), filling)
}

type BoxResult<T> = Result<T, BoxError>;
/// `None` is the end: a sender that vanishes is none.
type Sender = mpsc::Sender<BoxResult<Option<Bytes>>>;

async fn fill(
    mut body: Incoming,
    patience: Duration,
    asked: Arc<Notify>,
    sender: Sender,
) {
    asked.notified().await;
    let mut count = ChunkCount::default();
    let filled = async {
        let mut ended = false;
        while !ended {
            let Ok(slot) = sender.reserve().await else {
                return;
            };
            let chunk = next(&mut body, patience, &mut count).await;
            ended = !matches!(chunk, Ok(Some(_)));
            slot.send(chunk);
        }
    };
    tokio::select! {
        () = filled => {}
        // Nobody wants the rest.
        () = sender.closed() => {}
    }
}

/// Returns the next chunk of the body, or `None` at its end.
///
/// Short chunks are joined until there are [`LEAST`] bytes, as in
/// chapter 9's `joined`, and a chunk that's long enough passes as it
/// is. But this client may be a person who types, so bytes aren't kept
/// for longer than [`LONGEST`] after the first of them came. Frames
/// with trailers are skipped. Every chunk is passed to `count`, whose
/// error ends a body that comes in too many chunks that are too short.
///
/// # Errors
///
/// An error if nothing comes for `patience`, counted from the call, and
/// those of the body and of `count`.
async fn next(
    body: &mut Incoming,
    patience: Duration,
    count: &mut ChunkCount,
) -> BoxResult<Option<Bytes>> {
    todo!("chapter 13: a chunk within {patience:?}")
}
