//! Shuts a server down: announces it, drains, and aborts; and tells
//! operators about it.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::get;
use connections::{OpenConnections, Trigger};

use crate::observe::metrics;
use crate::{Readiness, Signals, Watch};

/// How a server was shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that ended by themselves after accepting had
    /// stopped. A connection that failed has finished, too.
    pub finished: usize,
    /// Connections that were cut off.
    pub cut: usize,
}

/// Waits for the first signal, and then reports that the server isn't
/// ready. After `notice`, asks the server to stop accepting
/// connections. So a load balancer knows about the shutdown before a
/// client is refused.
///
/// A second signal ends the notice at once. Even if `notice` is zero,
/// the server reports that it isn't ready, because clients on open
/// connections may ask.
pub async fn announce(
    signals: &mut Signals,
    readiness: &Readiness,
    notice: Duration,
    stop: &Trigger,
) {
    //? todo!("chapter 13: announce the end, {notice:?} before it")
    // ANCHOR: cut-announce
    signals.first().await;
    readiness.refuse();
    tokio::select! {
        () = tokio::time::sleep(notice) => {}
        () = signals.second() => {}
    }
    stop.request();
    // ANCHOR_END: cut-announce
}

/// Waits until all connections have ended, until `grace` is over, or
/// until a second signal arrives. Connections that are still open at
/// that point are cut off. When this returns, no connection's task is
/// left.
///
/// A connection counts as cut off only if its task had to be aborted.
/// If the task returned, with or without an error, or panicked, the
/// connection has finished, even if its task hasn't been joined yet.
/// The exit code depends on that.
pub async fn drain(
    mut open: OpenConnections,
    grace: Duration,
    signals: &mut Signals,
) -> Drained {
    //? todo!("chapter 13: drain within {grace:?}")
    // ANCHOR: cut-drain
    let (mut finished, mut cut) = (0, 0);
    let all_ended = async {
        while open.join_next().await.is_some() {
            finished += 1;
        }
    };
    tokio::select! {
        () = all_ended => {}
        () = tokio::time::sleep(grace) => {}
        () = signals.second() => {}
    }
    open.abort_all();
    while let Some(ended) = open.join_next().await {
        match ended {
            Err(error) if error.is_cancelled() => cut += 1,
            // The task ended by itself before it was aborted.
            _ => finished += 1,
        }
    }
    Drained { finished, cut }
    // ANCHOR_END: cut-drain
}

/// Returns the router for operators. These requests don't appear in the
/// log.
///
/// | path | response |
/// | --- | --- |
/// | `/healthz` | 200: the process responds |
/// | `/ready` | 200, or 503 once it is about to stop |
/// | `/metrics` | the numbers |
///
/// The bodies of the first two are a word or two. Chapter 10's
/// `enforce_http11` is a layer around all three.
pub fn operations(watch: Watch) -> Router {
    //? todo!("chapter 13: operations of {watch:?}")
    // ANCHOR: cut-operations
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
    // ANCHOR_END: cut-operations
}
