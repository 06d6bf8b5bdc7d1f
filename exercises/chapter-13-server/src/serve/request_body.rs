//! A request's body: small chunks are joined, and one that stalls
//! fails.
//!
//! Given: chapter 9's `joined` is the same idea. This
//! one waits for nothing that may never come.

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

/// So many bytes are enough to be handed on.
const LEAST: usize = 16 * 1024;
/// A client that pauses has what it sent handed on after this.
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

/// One chunk: long enough, the last one, or before a pause. `None`
/// at the end.
async fn next(
    body: &mut Incoming,
    patience: Duration,
    count: &mut ChunkCount,
) -> BoxResult<Option<Bytes>> {
    let mut joined = BytesMut::new();
    let mut late = Instant::now() + patience;
    loop {
        let Ok(frame) = timeout_at(late, body.frame()).await else {
            if joined.is_empty() {
                let what = "the client sent nothing more of its upload";
                return Err(what.into());
            }
            return Ok(Some(joined.freeze()));
        };
        let Some(frame) = frame.transpose()? else {
            let last = joined.freeze();
            return Ok((!last.is_empty()).then_some(last));
        };
        // Trailers are nobody's.
        let Ok(chunk) = frame.into_data() else {
            continue;
        };
        count.add(&chunk)?;
        if joined.is_empty() {
            if chunk.len() >= LEAST {
                return Ok(Some(chunk));
            }
            late = Instant::now() + LONGEST;
        }
        joined.extend_from_slice(&chunk);
        if joined.len() >= LEAST {
            return Ok(Some(joined.freeze()));
        }
    }
}
