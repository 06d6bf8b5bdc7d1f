//! The requests of one connection, and whether one is in progress.
//!
//! We provide this file: it implements the service that hyper calls.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use futures_util::future::BoxFuture;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper::{Request, Response};
use tokio::sync::watch;

use crate::Limits;
use crate::serve::on_connection::respond;

/// A service for one connection. It passes every request on, with the
/// address of its peer as [`ConnectInfo`], and knows whether a request
/// is in progress.
pub struct Requests {
    service: Router,
    peer: SocketAddr,
    /// How long each chunk of a request's body may take.
    patience: Duration,
    /// Whether a request is in progress; `None` before the first.
    busy: watch::Sender<Option<bool>>,
}

impl Requests {
    /// Makes the service for a connection with `peer`. Of the limits,
    /// it uses only `read_progress`.
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

    /// Returns a receiver that shows whether a request is in progress,
    /// with `None` before the first one. A request is in progress until
    /// hyper has dropped the body of its response. The sender is
    /// dropped with the connection.
    pub fn progress(&self) -> watch::Receiver<Option<bool>> {
        self.busy.subscribe()
    }
}

impl Service<Request<Incoming>> for Requests {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future =
        BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        // HTTP/1.1 responds in order, so there's one request at a time.
        self.busy.send_replace(Some(true));
        let progress = Progress {
            busy: self.busy.clone(),
        };
        let response = respond(
            self.service.clone(),
            self.peer,
            self.patience,
            request,
        );
        Box::pin(async move {
            let response = response.await?;
            Ok(response.map(|body| {
                Body::new(InProgressBody { body, progress })
            }))
        })
    }
}

/// A request in progress. It ends when this is dropped.
struct Progress {
    busy: watch::Sender<Option<bool>>,
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.busy.send_replace(Some(false));
    }
}

/// The body of a response, together with the progress that ends with
/// it.
struct InProgressBody {
    body: Body,
    #[expect(dead_code, reason = "only its end matters")]
    progress: Progress,
}

impl HttpBody for InProgressBody {
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
