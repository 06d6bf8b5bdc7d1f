//! Lets a client read the refusal of its upload.
//!
//! We provide this file: it's a hand-written stream that continues to
//! read after it was dropped.

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

/// How much of a refused body is read and discarded, in bytes.
const MOST: u64 = 64 << 20;
/// How long that may take in total.
const LONGEST: Duration = Duration::from_secs(30);

/// The body of a request, whose rest is read for a while after it was
/// dropped.
///
/// If a connection is closed while bytes still arrive on it, the
/// operating system sends a reset, and the client's operating system
/// then discards everything that the client hasn't read, which includes
/// the refusal. So dropping this body before its end starts a task that
/// reads the rest and discards it, at most 64 MiB and for at most 30
/// seconds. The response is sent meanwhile.
struct Lingering {
    /// The body. `None` after its end.
    body: Option<BodyDataStream>,
    /// Whether the client waits for permission to send (`Expect:
    /// 100-continue`). The first read gives it.
    waits: bool,
}

/// Returns the bytes of a request's body. If the client has asked
/// whether to send the body at all (`Expect: 100-continue`) and nobody
/// has read any of it, the rest isn't read either.
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
        // The actual error is inside axum's.
        let chunk = chunk
            .map(|chunk| chunk.map_err(|error| error.into_inner()));
        Poll::Ready(chunk)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let body = self.body.take().filter(|_| !self.waits);
        // Without a runtime, there's no connection either.
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
