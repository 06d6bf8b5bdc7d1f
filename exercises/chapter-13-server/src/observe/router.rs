//! The router: the parts' paths, and those about the server.
//!
//! Given: the order of four layers.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use watermark::Waits;

use crate::observe::transfer_count::logged;
use crate::serve::cross_site::foreign;
use crate::{
    Gauge, Readiness, RequestCount, TransferCount, operations,
};

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
/// (`cross_site.rs`).
pub fn public(parts: Router, watch: Watch) -> Router {
    let waits = watch.waits.clone();
    parts
        .layer(from_fn_with_state(waits, counting_waits))
        .layer(from_fn(foreign))
        .layer(from_fn(downloads::enforce_http11))
        .layer(from_fn_with_state(watch, logged))
}

/// Counts the waits of the queues that a handler makes.
async fn counting_waits(
    State(waits): State<Waits>,
    request: Request,
    next: Next,
) -> Response {
    waits.counting(next.run(request)).await
}
