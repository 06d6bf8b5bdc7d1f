//! The requests of one connection: when is none in progress?

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use futures_util::future::BoxFuture;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper::{Request, Response};
use tokio::sync::watch;
use tower::ServiceExt;

/// A service for one connection. It hands every request on, with
/// the address of its peer as [`ConnectInfo`], and knows whether
/// one is in progress.
pub struct Requests {
    service: Router,
    peer: SocketAddr,
    /// Whether a request is in progress; `None` before the first.
    busy: watch::Sender<Option<bool>>,
}

impl Requests {
    /// The requests of a connection with `peer`.
    pub fn new(service: Router, peer: SocketAddr) -> Self {
        let busy = watch::Sender::new(None);
        Self {
            service,
            peer,
            busy,
        }
    }

    /// Waits until the connection has answered a request and then
    /// been without one for `limit`. A request is in progress
    /// until hyper has let go of its answer's body.
    ///
    /// The time before the first request is the header timeout's.
    pub fn idle(&self, limit: Duration) -> BoxFuture<'static, ()> {
        let mut busy = self.busy.subscribe();
        Box::pin(async move {
            loop {
                let idle = busy.wait_for(|busy| *busy == Some(false));
                let gone = idle.await.is_err();
                let changed = tokio::time::timeout(limit, async {
                    if gone || busy.changed().await.is_err() {
                        // The connection has ended: so does this.
                        std::future::pending::<()>().await;
                    }
                });
                if changed.await.is_err() {
                    return;
                }
            }
        })
    }
}

impl Service<Request<Incoming>> for Requests {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future =
        BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        // HTTP/1.1 answers in order: there is one at a time.
        self.busy.send_replace(Some(true));
        let progress = Progress {
            busy: self.busy.clone(),
        };
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let answer = self.service.clone().oneshot(request);
        Box::pin(async move {
            let answer = answer.await?;
            Ok(answer.map(|body| Body::new(Busy { body, progress })))
        })
    }
}

/// A request in progress. Dropped, it has ended.
struct Progress {
    busy: watch::Sender<Option<bool>>,
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.busy.send_replace(Some(false));
    }
}

/// A body, and the progress that ends with it.
struct Busy {
    body: Body,
    #[expect(dead_code, reason = "only its end matters")]
    progress: Progress,
}

impl HttpBody for Busy {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
