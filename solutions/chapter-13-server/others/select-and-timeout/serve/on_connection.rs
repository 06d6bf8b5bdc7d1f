//! One connection: requests and answers, within limits.

use std::pin::pin;

use axum::Router;
use connections::{Connection, Transport};
use futures_util::future::{Either, select};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::time::timeout;

use crate::{BoxError, Limits, Requests};

/// Serves HTTP/1.1 on one connection, to its end. A client that
/// has ended its direction is still answered.
///
/// hyper's connection gets three of the limits: `header` (its
/// clock needs a timer), `write_buffer`, and the end of the
/// client's direction. [`Requests`](crate::Requests) stands
/// between it and the service: it knows when the connection is
/// idle, and it ends an upload that stalls. `total` is for all of it together, an answer on its way
/// included.
///
/// When the connection has been idle for `idle`, or is asked to
/// stop, no further request is read: an idle connection closes at
/// once, and the request in flight is answered to its end.
///
/// Errors: those of hyper, such as a head that did not come in
/// time or a client that left in the middle of an answer; and the
/// end of `total`.
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
    let idle = Box::pin(quiet(requests.progress(), limits.idle));
    let serving = http1::Builder::new()
        .half_close(true)
        .max_buf_size(limits.write_buffer)
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .serve_connection(TokioIo::new(transport), requests);
    let serving = pin!(serving);
    let asked = pin!(shutdown.requested());
    let last_request = select(idle, asked);
    let life = async {
        match select(serving, last_request).await {
            Either::Left((served, _)) => served,
            Either::Right((_, mut serving)) => {
                serving.as_mut().graceful_shutdown();
                serving.await
            }
        }
    };
    timeout(limits.total, life).await??;
    Ok(())
}

/// Completes when a connection has answered and then been without a
/// request for `limit`.
async fn quiet(
    mut progress: tokio::sync::watch::Receiver<Option<bool>>,
    limit: std::time::Duration,
) {
    while progress.wait_for(|busy| *busy == Some(false)).await.is_ok() {
        tokio::select! {
            () = tokio::time::sleep(limit) => return,
            _ = progress.changed() => {}
        }
        if progress.has_changed().is_err() {
            break;
        }
    }
    std::future::pending().await
}

/// Answers one request of a connection with `peer`.
///
/// The handlers get the peer as a `ConnectInfo` extension. The
/// body goes through `gathered`, which returns the body for the
/// handlers and a future that fills it: that future runs beside the
/// handler (`beside`). A request without a body needs neither.
pub(crate) async fn respond(
    service: axum::Router,
    peer: std::net::SocketAddr,
    patience: std::time::Duration,
    request: hyper::Request<hyper::body::Incoming>,
) -> Result<
    hyper::Response<axum::body::Body>,
    std::convert::Infallible,
> {
    use hyper::body::Body;
    use tower::ServiceExt;
    let (mut head, body) = request.into_parts();
    head.extensions.insert(axum::extract::ConnectInfo(peer));
    if body.is_end_stream() {
        let request = hyper::Request::from_parts(head, axum::body::Body::empty());
        return service.oneshot(request).await;
    }
    let (body, filling) = crate::serve::request_body::gathered(body, patience);
    let request = hyper::Request::from_parts(head, body);
    beside(service.oneshot(request), filling).await
}

/// Returns the response of a handler, which runs beside the future
/// that fills its request's body. The filling usually completes
/// first, and that is not the end; the response is, even if the
/// filling has not completed.
///
/// Each of the two is polled only when it was woken
/// (`FuturesUnordered` does that): the filling is for every chunk,
/// and the handler for few.
async fn beside<T: Send + 'static>(
    response: impl Future<Output = T> + Send + 'static,
    filling: impl Future<Output = ()> + Send + 'static,
) -> T {
    use futures_util::StreamExt;
    let mut both = futures_util::stream::FuturesUnordered::<
        futures_util::future::BoxFuture<'static, _>>::new();
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
