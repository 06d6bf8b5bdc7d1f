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

/// Serves HTTP/1.1 on one connection, to its end. A client that has
/// closed its sending side still gets its response.
///
/// hyper's connection gets two of the limits, `header` (whose clock
/// needs a timer) and `write_buffer`, and it gets `half_close`.
/// Everything else stays at hyper's defaults.
///
/// [`Requests`] stands between hyper and the service. It knows whether
/// a request is in progress, which [`idle`] waits for, and it ends an
/// upload that stalls. It passes the peer on to the handlers exactly as
/// `connection` has it. `total` limits all of it together, including a
/// response on its way.
///
/// When the connection has been idle for `idle`, or is asked to stop,
/// no further request is read. An idle connection is closed at once,
/// and a request in progress gets its whole response.
///
/// # Errors
///
/// All errors of hyper, such as a head that didn't come in time, a
/// client that disconnected in the middle of a head or a response, or
/// an error of the transport; and the end of `total`.
pub async fn on_connection<T: Transport>(
    connection: Connection<T>,
    service: Router,
    limits: &Limits,
) -> Result<(), BoxError> {
    //? todo!("chapter 13: serve a connection within {limits:?}")
    // ANCHOR: cut-on_connection
    let requests = Requests::new(service, connection.peer, limits);
    let idle = idle(requests.progress(), limits.idle);
    let serving = Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .half_close(true)
        .max_buf_size(limits.write_buffer)
        .serve_connection(TokioIo::new(connection.transport), requests);
    let mut serving = pin!(serving);
    let life = async {
        tokio::select! {
            served = &mut serving => return served,
            () = idle => {}
            () = connection.shutdown.requested() => {}
        }
        serving.as_mut().graceful_shutdown();
        serving.await
    };
    Ok(timeout(limits.total, life).await??)
    // ANCHOR_END: cut-on_connection
}

/// Waits until a connection has served a request and then been without
/// one for `limit`. The time before its first request belongs to the
/// header timeout and doesn't count here, and neither does a request
/// that's in progress, however long it takes.
///
/// A connection that has ended isn't idle, so then this never
/// completes.
async fn idle(mut progress: Receiver<Option<bool>>, limit: Duration) {
    //? todo!("chapter 13: wait until it is idle for {limit:?}")
    // ANCHOR: cut-idle
    loop {
        let idle = progress.wait_for(|busy| *busy == Some(false));
        let ended = idle.await.is_err();
        match timeout(limit, progress.changed()).await {
            Err(_) if !ended => return,
            Ok(Ok(())) => {}
            _ => std::future::pending().await,
        }
    }
    // ANCHOR_END: cut-idle
}

/// Responds to one request of a connection with `peer`.
///
/// The handlers get the peer as a [`ConnectInfo`] extension. The body
/// goes through [`gathered`], which returns the body for the handlers
/// and a future that fills it. That future runs beside the handler
/// ([`beside`]). A request without a body needs neither.
pub(crate) async fn respond(
    service: Router,
    peer: SocketAddr,
    patience: Duration,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    //? todo!("chapter 13: answer {} {}", request.method(), request.uri())
    // ANCHOR: cut-respond
    let (mut head, body) = request.into_parts();
    head.extensions.insert(ConnectInfo(peer));
    if body.is_end_stream() {
        let request = Request::from_parts(head, Body::empty());
        return service.oneshot(request).await;
    }
    let (body, filling) = gathered(body, patience);
    let request = Request::from_parts(head, body);
    beside(service.oneshot(request), filling).await
    // ANCHOR_END: cut-respond
}

/// Returns the response of a handler that runs beside the future which
/// fills its request's body. The filling usually completes first, which
/// isn't the end. The response is, even if the filling hasn't
/// completed.
///
/// Each of the two is polled only when it was woken, which
/// [`FuturesUnordered`] takes care of: the filling is woken for every
/// chunk, and the handler for few.
async fn beside<T: Send + 'static>(
    response: impl Future<Output = T> + Send + 'static,
    filling: impl Future<Output = ()> + Send + 'static,
) -> T {
    //? todo!("chapter 13: a response, and what fills its request")
    // ANCHOR: cut-beside
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
    // ANCHOR_END: cut-beside
}
