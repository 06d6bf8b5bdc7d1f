//! Serves the requests of one connection, within limits.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use connections::{Connection, Transport};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1::Builder;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::watch::Receiver;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::serve::request_body::gathered;
use crate::{BoxError, Limits, Requests};

/// Serves HTTP/1.1 on one connection until it closes. A client that has
/// closed its sending side still gets its response.
///
/// hyper's connection gets two of the limits, `header` (which needs a
/// timer) and `write_buffer`, and `half_close` is turned on. Everything
/// else stays at hyper's defaults.
///
/// [`Requests`] sits between hyper and the service. It knows whether a
/// request is in progress, which [`idle`] needs, and it fails an upload
/// that stalls. It passes the peer on to the handlers exactly as
/// `connection` has it. `total` limits the time of the whole
/// connection, even in the middle of a response.
///
/// When the connection has been idle for `idle`, or is asked to stop,
/// no further request is read. An idle connection is closed at once,
/// and a request in progress gets its complete response.
///
/// # Errors
///
/// Returns all errors of hyper, such as a head that didn't come in
/// time, a client that disconnected in the middle of a head or a
/// response, or an error of the transport. Also returns an error when
/// `total` is over.
pub async fn on_connection<T: Transport>(
    connection: Connection<T>,
    service: Router,
    limits: &Limits,
) -> Result<(), BoxError> {
    todo!("chapter 13: serve a connection within {limits:?}")
}

/// Waits until a connection has served a request and then been without
/// one for `limit`. The time before the first request doesn't count,
/// because the header timeout covers it. The time of a request in
/// progress doesn't count, either, however long it takes.
///
/// A connection that has ended isn't idle, so in that case this never
/// completes.
async fn idle(mut progress: Receiver<Option<bool>>, limit: Duration) {
    todo!("chapter 13: wait until it is idle for {limit:?}")
}

/// Responds to one request of a connection with `peer`.
///
/// The handlers get the peer as a [`ConnectInfo`] extension. The body
/// goes through [`gathered`], which returns the body for the handlers
/// and a future that fills it. That future runs at the same time as the
/// handler ([`beside`]). A request without a body needs neither.
pub(crate) async fn respond(
    service: Router,
    peer: SocketAddr,
    patience: Duration,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    todo!("chapter 13: answer {} {}", request.method(), request.uri())
}

/// Runs a handler at the same time as the future that fills its
/// request's body, and returns the handler's response. Usually the body
/// is filled first, and then this still waits for the response. When
/// the response is ready, this returns, even if the body isn't filled.
///
/// Each of the two futures is polled only when it was woken, which
/// [`FuturesUnordered`] takes care of. The one that fills the body is
/// woken for every chunk, and the handler only for a few.
async fn beside<T: Send + 'static>(
    response: impl Future<Output = T> + Send + 'static,
    filling: impl Future<Output = ()> + Send + 'static,
) -> T {
    todo!("chapter 13: a response, and what fills its request")
}
