//! A refusal that the client can read.
//!
//! Given: a hand-written stream, which reads on after it was dropped.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use pipelines::{BoxError, Source};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// How much of a refused body is read, in bytes.
const MOST: u64 = 64 << 20;
/// How long a refused client may take over all of it.
const LONGEST: Duration = Duration::from_secs(30);

/// The body of a request, which reads on for a while after it was
/// given up.
///
/// Closing a connection on which bytes arrive makes the system
/// send a reset, and the client's system then throws away what
/// the client has not read: the refusal. So whoever drops this
/// before its end leaves a task that reads the rest and keeps
/// none of it: at most 64 MiB, and at most for 30 seconds. The
/// answer goes out beside that.
struct Lingering {
    /// `None` after the end.
    body: Option<BodyDataStream>,
    /// Whether the client waits for a word before it sends
    /// (`Expect: 100-continue`). The first read says it.
    waits: bool,
}

/// The bytes of a request's body. A client that asked whether to
/// send it at all (`Expect: 100-continue`) is not told to, if
/// nobody has read of it.
pub fn lingering(headers: &HeaderMap, body: Body) -> Source {
    Lingering {
        body: Some(body.into_data_stream()),
        waits: headers.contains_key(header::EXPECT),
    }
    .boxed()
}

impl Stream for Lingering {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        self.waits = false;
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let chunk = std::task::ready!(body.poll_next_unpin(context));
        if !matches!(chunk, Some(Ok(_))) {
            self.body = None;
        }
        // What failed is inside of axum's error.
        let chunk = chunk
            .map(|chunk| chunk.map_err(|error| error.into_inner()));
        Poll::Ready(chunk)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let body = self.body.take().filter(|_| !self.waits);
        // Without a runtime there is no connection either.
        if let (Some(body), Ok(runtime)) = (body, Handle::try_current())
        {
            runtime.spawn(timeout(LONGEST, read(body)));
        }
    }
}

async fn read(mut body: BodyDataStream) {
    let mut left = MOST;
    while let Some(Ok(chunk)) = body.next().await {
        left = left.saturating_sub(chunk.len() as u64);
        if left == 0 {
            return;
        }
    }
}
