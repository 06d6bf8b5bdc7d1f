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

/// A chunk with at least this many bytes is passed on at once.
const LEAST: usize = 16 * 1024;
/// How long bytes may wait for more bytes.
const LONGEST: Duration = Duration::from_millis(50);

/// Returns the same body, and a future that fills it. The connection's
/// task must poll that future.
///
/// hyper hands over one chunk at a time, and wakes the task that waits
/// for it. If that's another task, such as the first stage of a
/// pipeline, two threads take turns for each chunk, and a MiB in chunks
/// of 16 bytes keeps both of them busy for 140 ms. With this future,
/// short chunks stay on one thread, and only long ones move to another.
///
/// Nothing is read before the handler asks for the body, because the
/// first read makes hyper tell the client that it may send (`Expect:
/// 100-continue`).
///
/// The body fails if the server waits for it and nothing comes for
/// `patience`. Time in which the server doesn't wait, for example
/// because its disk is slow, doesn't count.
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
            let over = "the request is over, so its body isn't read";
            let chunk = receiver.recv().await.ok_or(over)??;
            BoxResult::Ok(chunk.map(|chunk| (chunk, receiver)))
        }
    });
    (Body::from_stream(chunks), filling)
}

type BoxResult<T> = Result<T, BoxError>;
/// `None` marks the end. A sender that's dropped without it doesn't.
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
        // The handler doesn't want the rest.
        () = sender.closed() => {}
    }
}

/// Returns the next chunk of the body, or `None` at its end.
///
/// Short chunks are joined until there are [`LEAST`] bytes, as in
/// chapter 9's `joined`, and a chunk that's long enough is passed on as
/// it is. But the client may be a person who types, so bytes aren't
/// held for longer than [`LONGEST`] after the first of them arrived.
/// Frames with trailers are skipped. Every chunk is passed to `count`,
/// which returns an error if the body has too many short chunks.
///
/// # Errors
///
/// Returns an error if nothing comes for `patience`, counted from the
/// call, and the errors of the body and of `count`.
async fn next(
    body: &mut Incoming,
    patience: Duration,
    count: &mut ChunkCount,
) -> BoxResult<Option<Bytes>> {
    todo!("chapter 13: a chunk within {patience:?}")
}
