//! A request's body: small chunks are joined, and a body that stalls
//! fails.

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

/// A chunk with this many bytes is handed on at once.
const LEAST: usize = 16 * 1024;
/// The longest that bytes wait for more to come.
const LONGEST: Duration = Duration::from_millis(50);

/// The same body, and a future that fills it, which must be polled
/// by the task of the connection.
///
/// hyper hands over one chunk at a time, and wakes whoever waits
/// for it. If that is another task, as the first stage of a
/// pipeline is, the processor changes between two threads for each
/// chunk: a MiB in chunks of 16 bytes keeps both busy for 140 ms.
/// Here nobody changes, and large chunks go on.
///
/// Nothing is read before somebody asks for the body, since hyper
/// tells a client then that it may send (`Expect: 100-continue`).
///
/// The body fails when nothing of it comes for `patience` while the
/// server waits for it. A server that does not wait, because its
/// disk is slow, counts no time.
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
/// Small chunks are joined until there are [`LEAST`] bytes, as in
/// chapter 9's `joined`, and a chunk that is that long passes as it
/// is. But this client may be a person who types, so what came
/// isn't kept for longer than [`LONGEST`] after its first chunk.
/// Frames of trailers are skipped. Every chunk is given to `count`,
/// whose error ends a body that comes in too many too small ones.
///
/// # Errors
///
/// An error if nothing comes for `patience`, counted from the call.
/// And those of the body and of `count`.
async fn next(
    body: &mut Incoming,
    patience: Duration,
    count: &mut ChunkCount,
) -> BoxResult<Option<Bytes>> {
    todo!("chapter 13: a chunk within {patience:?}")
}
