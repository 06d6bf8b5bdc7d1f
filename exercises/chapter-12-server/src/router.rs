//! The router: the parts' paths, and those about the server.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::counted::watched;
use crate::log::Entry;
use crate::{Gauge, Readiness, TransferCount, metrics};

/// What is watched while a server runs.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    /// What `/ready` answers.
    pub readiness: Readiness,
    /// The answers with a body.
    pub transfers: TransferCount,
    /// The connections that are open.
    pub connections: Gauge,
    /// Where the server listens: the kernel's queues of this port
    /// are its own.
    pub port: u16,
}

/// Puts the log and the counters around `parts`, and three paths
/// beside it.
///
/// | path | says |
/// | --- | --- |
/// | `/healthz` | 200: the process answers |
/// | `/ready` | 200, or 503 once it is about to stop |
/// | `/metrics` | the numbers |
///
/// They are for whoever runs the server, so they have no line in
/// the log. Every request needs one good `Host`, as chapter 10
/// says.
pub fn router(parts: Router, watch: Watch) -> Router {
    let log = from_fn_with_state(watch.clone(), logged);
    let ready = async |State(watch): State<Watch>| match watch
        .readiness
        .is_ready()
    {
        true => (StatusCode::OK, "ready\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "about to stop\n"),
    };
    let numbers = async |State(watch): State<Watch>| {
        metrics::answer(&watch).into_response()
    };
    Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/ready", get(ready))
        .route("/metrics", get(numbers))
        .with_state(watch)
        .fallback_service(parts.layer(log))
        .layer(from_fn(downloads::judged))
}

/// Follows an answer to its last byte.
async fn logged(
    State(watch): State<Watch>,
    request: Request,
    next: Next,
) -> Response {
    let mut entry = Entry::of(&request);
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status();
    entry.status = Some(status);
    let bodiless =
        method == Method::HEAD || status == StatusCode::NOT_MODIFIED;
    if bodiless {
        entry.complete();
        return response;
    }
    let transfer = (method == Method::GET && status.is_success())
        .then(|| watch.transfers.begin());
    let length = response.headers().get(header::CONTENT_LENGTH);
    let length =
        length.and_then(|length| length.to_str().ok()?.parse().ok());
    response.map(|body| watched(body, length, transfer, Some(entry)))
}
