//! The end of a server: say it, refuse, finish, abort; and whoever
//! asks about that.

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

/// Waits for the first signal. Then says that the server is not
/// ready, and `notice` later asks it to stop accepting: so a
/// balancer learns of it before a client is refused. A second
/// signal ends the notice at once. A server without a notice says
/// it too, because open connections may ask.
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

/// Waits until all connections have ended, `grace` is over, or a
/// second signal comes. What is open then is cut. When this
/// returns, no task of a connection is left.
///
/// A connection counts as cut only if its task had to be aborted.
/// One whose task returned, with or without an error, or panicked,
/// has finished, also when nobody has joined it yet: the exit code
/// depends on it.
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

/// What whoever runs the server asks it. None of it has a line in
/// the log.
///
/// | path | says |
/// | --- | --- |
/// | `/healthz` | 200: the process answers |
/// | `/ready` | 200, or 503 once it is about to stop |
/// | `/metrics` | the numbers |
///
/// The first two say so in a word or two. Chapter 10's
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
