//! One connection: requests and answers, within limits.

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

/// Serves HTTP/1.1 on one connection, to its end. A client that
/// has ended its direction is still answered.
///
/// hyper's connection gets two of the limits, `header` (its clock
/// needs a timer) and `write_buffer`, and `half_close`; all else
/// stays as hyper has it.
/// [`Requests`] stands between it and the
/// service: it knows whether a request is in progress ([`idle`]
/// waits with that), and it ends an upload that stalls. It passes the peer on to the handlers
/// exactly as `connection` has it. `total` is for all of it
/// together, an answer on its way included.
///
/// When the connection has been idle for `idle`, or is asked to
/// stop, no further request is read: an idle connection closes at
/// once, and the request in flight is answered to its end.
///
/// Errors: all of hyper's, such as a head that did not come in
/// time, a client that left in the middle of a head or an answer,
/// or whatever the transport failed with; and the end of `total`.
pub async fn on_connection<T: Transport>(
    connection: Connection<T>,
    service: Router,
    limits: &Limits,
) -> Result<(), BoxError> {
    let Connection {
        transport,
        peer,
        shutdown,
    } = connection;
    let requests = Requests::new(service, peer, limits);
    let progress = requests.progress();
    let mut builder = Builder::new();
    builder
        .half_close(true)
        .max_buf_size(limits.write_buffer)
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header);
    let serving =
        builder.serve_connection(TokioIo::new(transport), requests);
    let mut serving = pin!(serving);
    let mut idle = pin!(idle(progress, limits.idle));
    let mut total = pin!(tokio::time::sleep(limits.total));
    let mut stopping = false;
    loop {
        tokio::select! {
            served = &mut serving => return Ok(served?),
            () = &mut total => {
                return Err("the connection was open for too long".into());
            }
            () = &mut idle, if !stopping => {}
            () = shutdown.requested(), if !stopping => {}
        }
        stopping = true;
        serving.as_mut().graceful_shutdown();
    }
}

/// Waits until a connection has answered a request and then been
/// without one for `limit`. The time before its first request is the
/// header timeout's: it doesn't count here, and neither does a
/// request that is in progress, however long it takes.
///
/// A connection that has ended is not idle: then this never
/// completes.
async fn idle(mut progress: Receiver<Option<bool>>, limit: Duration) {
    loop {
        if *progress.borrow_and_update() == Some(false) {
            tokio::select! {
                biased;
                changed = progress.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => break,
                },
                () = tokio::time::sleep(limit) => return,
            }
        }
        if progress.changed().await.is_err() {
            break;
        }
    }
    std::future::pending().await
}

/// Answers one request of a connection with `peer`.
///
/// The handlers get the peer as a [`ConnectInfo`] extension. The
/// body goes through [`gathered`], which returns the body for the
/// handlers and a future that fills it: that future runs beside the
/// handler ([`beside`]). A request without a body needs neither.
pub(crate) async fn respond(
    service: Router,
    peer: SocketAddr,
    patience: Duration,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let bare = request.body().is_end_stream();
    let (mut head, body) = request.into_parts();
    head.extensions.insert(ConnectInfo::<SocketAddr>(peer));
    if bare {
        let empty = Request::from_parts(head, Body::empty());
        service.oneshot(empty).await
    } else {
        let (body, filling) = gathered(body, patience);
        let whole = service.oneshot(Request::from_parts(head, body));
        beside(whole, filling).await
    }
}

/// Returns the response of a handler, which runs beside the future
/// that fills its request's body. The filling usually completes
/// first, and that is not the end; the response is, even if the
/// filling has not completed.
///
/// Each of the two is polled only when it was woken
/// ([`FuturesUnordered`] does that): the filling is for every chunk,
/// and the handler for few.
async fn beside<T: Send + 'static>(
    response: impl Future<Output = T> + Send + 'static,
    filling: impl Future<Output = ()> + Send + 'static,
) -> T {
    use futures_util::FutureExt;
    use futures_util::future::Either;
    let mut both = FuturesUnordered::new();
    both.push(Either::Left(filling.map(|()| None)));
    both.push(Either::Right(response.map(Some)));
    let mut both = pin!(both);
    loop {
        match both.next().await {
            Some(Some(response)) => return response,
            Some(None) => {}
            None => unreachable!("the response ends it"),
        }
    }
}
