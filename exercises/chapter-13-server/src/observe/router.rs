//! The router: the parts' paths, and those about the server.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use watermark::Waits;

use crate::observe::metrics;
use crate::observe::transfer_count::logged;
use crate::serve::cross_site::foreign;
use crate::{Gauge, Readiness, RequestCount, TransferCount};

/// What is watched while a server runs.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    /// What `/ready` answers.
    pub readiness: Readiness,
    /// The answers with a body.
    pub transfers: TransferCount,
    /// The connections that are open.
    pub connections: Gauge,
    /// What became of the requests.
    pub requests: RequestCount,
    /// The waits of the queues that bodies are read into.
    pub waits: Waits,
    /// Where the server listens: the kernel's queues of this port
    /// are its own.
    pub port: u16,
}

/// [`public`] and [`operations`] on one port.
pub fn router(parts: Router, watch: Watch) -> Router {
    let operations = operations(watch.clone());
    operations.fallback_service(public(parts, watch))
}

/// Puts the log and the counters around `parts`.
///
/// Every request needs one good `Host`, as chapter 10 says, and
/// one that writes must not come from a page of somebody else
/// (`foreign.rs`).
pub fn public(parts: Router, watch: Watch) -> Router {
    let waits = watch.waits.clone();
    parts
        .layer(from_fn_with_state(waits, counting_waits))
        .layer(from_fn(foreign))
        .layer(from_fn(downloads::enforce_http11))
        .layer(from_fn_with_state(watch, logged))
}

/// What whoever runs the server asks it. None of it has a line in
/// the log.
///
/// | path | says |
/// | --- | --- |
/// | `/healthz` | 200: the process answers |
/// | `/ready` | 200, or 503 once it is about to stop |
/// | `/metrics` | the numbers |
pub fn operations(watch: Watch) -> Router {
    let ready = async |State(watch): State<Watch>| {
        if watch.readiness.is_ready() {
            return (StatusCode::OK, "ready\n");
        }
        (StatusCode::SERVICE_UNAVAILABLE, "about to stop\n")
    };
    let numbers = async |State(watch): State<Watch>| {
        metrics::answer(&watch).into_response()
    };
    Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/ready", get(ready))
        .route("/metrics", get(numbers))
        .with_state(watch)
        .layer(from_fn(downloads::enforce_http11))
}

/// Counts the waits of the queues that a handler makes.
async fn counting_waits(
    State(waits): State<Waits>,
    request: Request,
    next: Next,
) -> Response {
    waits.counting(next.run(request)).await
}
