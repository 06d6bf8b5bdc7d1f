//! The end of a server: say it, refuse, finish, cut.

use std::pin::pin;
use std::time::Duration;

use connections::{OpenConnections, Trigger};
use futures_util::future::select;
use tokio::time::timeout;

use crate::{Readiness, Signals};

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that came to their own end after accepting had
    /// stopped.
    pub finished: usize,
    /// Connections that were cut.
    pub cut: usize,
}

/// Waits for the first signal. Then says that the server is not
/// ready, and `notice` later asks it to stop accepting: so a
/// balancer learns of it before a client is refused. A second
/// signal ends the notice.
pub async fn announce(
    signals: &mut Signals,
    readiness: &Readiness,
    notice: Duration,
    stop: &Trigger,
) {
    signals.first().await;
    readiness.refuse();
    // Over, or ended early: the notice has been given either way.
    let _ = timeout(notice, signals.second()).await;
    stop.request();
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
    open: OpenConnections,
    grace: Duration,
    signals: &mut Signals,
) -> Drained {
    let mut open = open;
    let mut drained = Drained {
        finished: 0,
        cut: 0,
    };
    // One clock for all of them.
    let _ = timeout(grace, async {
        let all = pin!(async {
            while open.join_next().await.is_some() {
                drained.finished += 1;
            }
        });
        select(all, pin!(signals.second())).await;
    })
    .await;
    open.abort_all();
    while let Some(joined) = open.join_next().await {
        // An end of its own may have come before the abort.
        match joined {
            Err(end) if end.is_cancelled() => drained.cut += 1,
            _ => drained.finished += 1,
        }
    }
    drained
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
pub fn operations(watch: crate::Watch) -> axum::Router {
    use axum::Router;
    use axum::extract::State;
    use axum::http::StatusCode;
    use axum::middleware::from_fn;
    use axum::response::IntoResponse;
    use axum::routing::get;

    use crate::observe::metrics;
    let ready = async |State(watch): State<crate::Watch>| {
        if watch.readiness.is_ready() {
            return (StatusCode::OK, "ready\n");
        }
        (StatusCode::SERVICE_UNAVAILABLE, "about to stop\n")
    };
    let numbers = async |State(watch): State<crate::Watch>| {
        metrics::answer(&watch).into_response()
    };
    Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/ready", get(ready))
        .route("/metrics", get(numbers))
        .with_state(watch)
        .layer(from_fn(downloads::enforce_http11))
}
