//! A request's body whose small chunks are joined.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use bytes::BytesMut;
use futures_util::stream;
use http_body::Body as HttpBody;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep};
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
pub(crate) fn gathered<B>(
    body: B,
) -> (Body, impl Future<Output = ()> + Send)
where
    B: HttpBody<Data = Bytes, Error = BoxError> + Send + Unpin,
{
    let asked = Arc::new(Notify::new());
    let (sender, receiver) = mpsc::channel(1);
    let filling = fill(body, Arc::clone(&asked), sender);
    let pieces = stream::try_unfold(receiver, move |mut receiver| {
        asked.notify_one();
        async {
            let over = "the request is over, and nobody reads on";
            let chunk = receiver.recv().await.ok_or(over)??;
            BoxResult::Ok(chunk.map(|chunk| (chunk, receiver)))
        }
    });
    (Body::from_stream(pieces), filling)
}

type BoxResult<T> = Result<T, BoxError>;
/// `None` is the end: a sender that vanishes is none.
type Sender = mpsc::Sender<BoxResult<Option<Bytes>>>;

async fn fill<B>(mut body: B, asked: Arc<Notify>, sender: Sender)
where
    B: HttpBody<Data = Bytes, Error = BoxError> + Send + Unpin,
{
    asked.notified().await;
    let mut count = ChunkCount::default();
    let filled = async {
        let mut ended = false;
        while !ended {
            let Ok(place) = sender.reserve().await else {
                return;
            };
            let chunk = next(&mut body, &mut count).await;
            ended = !matches!(chunk, Ok(Some(_)));
            place.send(chunk);
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
async fn next<B>(
    body: &mut B,
    count: &mut ChunkCount,
) -> Result<Option<Bytes>, BoxError>
where
    B: HttpBody<Data = Bytes, Error = BoxError> + Send + Unpin,
{
    let mut joined = BytesMut::new();
    let mut late = std::pin::pin!(sleep(LONGEST));
    loop {
        let frame = poll_fn(|context| {
            let frame = Pin::new(&mut *body).poll_frame(context);
            if frame.is_pending() && !joined.is_empty() {
                return late.as_mut().poll(context).map(|()| None);
            }
            frame.map(Some)
        });
        let Some(frame) = frame.await else {
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
            late.as_mut().reset(Instant::now() + LONGEST);
        }
        joined.extend_from_slice(&chunk);
        if joined.len() >= LEAST {
            return Ok(Some(joined.freeze()));
        }
    }
}
