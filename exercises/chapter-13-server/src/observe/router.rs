//! The router: the paths of the parts, and the paths for operators.
//!
//! We provide this file: it decides the order of four layers.

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

/// Everything that is observed while a server runs.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    /// What `/ready` responds.
    pub readiness: Readiness,
    /// The responses with a body.
    pub transfers: TransferCount,
    /// The connections that are open.
    pub connections: Gauge,
    /// How requests have ended.
    pub requests: RequestCount,
    /// How often the readers of bodies had to wait for their queues.
    pub waits: Waits,
    /// The port on which the server listens, which identifies its
    /// queues in the kernel.
    pub port: u16,
}

/// Puts [`public`] and [`operations`] on one port.
pub fn router(parts: Router, watch: Watch) -> Router {
    let operations = operations(watch.clone());
    operations.fallback_service(public(parts, watch))
}

/// Puts the log and the counters around `parts`.
///
/// Every request needs one valid `Host`, as in chapter 10, and a
/// request that writes must not come from another site's page
/// (`cross_site.rs`).
pub fn public(parts: Router, watch: Watch) -> Router {
    let waits = watch.waits.clone();
    parts
        .layer(from_fn_with_state(waits, counting_waits))
        .layer(from_fn(foreign))
        .layer(from_fn(downloads::enforce_http11))
        .layer(from_fn_with_state(watch, logged))
}

/// Counts how often the queues that a handler makes have to wait.
async fn counting_waits(
    State(waits): State<Waits>,
    request: Request,
    next: Next,
) -> Response {
    waits.counting(next.run(request)).await
}
