//! Ends a server: announce, drain, abort; and tells operators about it.

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

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that came to their own end after accepting had
    /// stopped. One that failed by itself has finished, too.
    pub finished: usize,
    /// Connections that were cut.
    pub cut: usize,
}

/// Waits for the first signal, and says that the server isn't ready.
/// After `notice`, asks it to stop accepting connections, so a load
/// balancer learns of the end before a client is refused.
///
/// A second signal ends the notice at once. Even without a notice, the
/// server says that it isn't ready, because open connections may ask.
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

/// Waits until all connections have ended, `grace` is over, or a second
/// signal comes. Whatever is open then is cut. When this returns, no
/// task of a connection is left.
///
/// A connection counts as cut only if its task had to be aborted. If
/// its task returned, with or without an error, or panicked, it has
/// finished, even if nobody has joined it yet. The exit code depends on
/// that.
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
            // It came to its own end before the abort.
            _ => finished += 1,
        }
    }
    Drained { finished, cut }
    // ANCHOR_END: cut-drain
}

/// Returns the router for the operators' questions. None of these
/// requests gets a line in the log.
///
/// | path | response |
/// | --- | --- |
/// | `/healthz` | 200: the process responds |
/// | `/ready` | 200, or 503 once it is about to stop |
/// | `/metrics` | the numbers |
///
/// The first two have a body of a word or two. Chapter 10's
/// `enforce_http11` stands in front of all three.
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
