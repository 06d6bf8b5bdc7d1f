//! The requests of one connection: when is none in progress, and
//! when does one stall?

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper::{Request, Response};
use tokio::sync::watch;
use tokio::time::{Instant, Sleep, sleep_until};
use tower::ServiceExt;

use crate::serve::request_body::gathered;
use crate::{BoxError, Limits};

/// A service for one connection. It hands every request on, with
/// the address of its peer as [`ConnectInfo`], and knows whether
/// one is in progress.
pub struct Requests {
    service: Router,
    peer: SocketAddr,
    /// For each piece of a request's body.
    patience: Duration,
    /// Whether a request is in progress; `None` before the first.
    busy: watch::Sender<Option<bool>>,
}

impl Requests {
    /// The requests of a connection with `peer`. Of the limits,
    /// `read_progress` counts here.
    pub fn new(
        service: Router,
        peer: SocketAddr,
        limits: &Limits,
    ) -> Self {
        let busy = watch::Sender::new(None);
        Self {
            service,
            peer,
            patience: limits.read_progress,
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
        let (head, body) = request.into_parts();
        let (body, filling) = match body.is_end_stream() {
            true => (Body::empty(), None),
            false => {
                let body = Patient::new(body, self.patience);
                let (body, filling) = gathered(body);
                (body, Some(filling))
            }
        };
        let mut request = Request::from_parts(head, body);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let answer = self.service.clone().oneshot(request);
        Box::pin(async move {
            let answer = match filling {
                None => answer.await?,
                Some(filling) => beside(answer, filling).await?,
            };
            Ok(answer.map(|body| Body::new(Busy { body, progress })))
        })
    }
}

/// Returns the response of a handler, which runs beside the future
/// that fills its request's body. Each is polled only when it was
/// woken: the filling is for every chunk, and the handler for few.
async fn beside<T: Send + 'static>(
    response: impl Future<Output = T> + Send + 'static,
    filling: impl Future<Output = ()> + Send + 'static,
) -> T {
    let mut both = FuturesUnordered::<BoxFuture<'static, _>>::new();
    both.push(Box::pin(async { Some(response.await) }));
    both.push(Box::pin(async {
        filling.await;
        None
    }));
    loop {
        if let Some(Some(response)) = both.next().await {
            return response;
        }
    }
}

/// A request's body that fails when nothing of it comes for a
/// time while the server waits for it. A server that does not
/// wait, because its disk is slow, counts no time.
struct Patient {
    body: Incoming,
    limit: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    waiting: bool,
}

impl Patient {
    fn new(body: Incoming, limit: Duration) -> Self {
        Self {
            body,
            limit,
            timer: None,
            waiting: false,
        }
    }
}

impl HttpBody for Patient {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) =
            Pin::new(&mut this.body).poll_frame(context)
        {
            this.waiting = false;
            let frame = frame.map(|it| it.map_err(BoxError::from));
            return Poll::Ready(frame);
        }
        let end = Instant::now() + this.limit;
        let timer = this
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(end)));
        if !this.waiting {
            this.waiting = true;
            timer.as_mut().reset(end);
        }
        ready!(timer.as_mut().poll(context));
        let late = "the client sent nothing more of its upload";
        Poll::Ready(Some(Err(late.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
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
