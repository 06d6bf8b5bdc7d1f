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
    signals.first().await;
    readiness.refuse();
    let _ = tokio::time::timeout(notice, signals.second()).await;
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
    mut open: OpenConnections,
    grace: Duration,
    signals: &mut Signals,
) -> Drained {
    let mut drained = Drained {
        finished: 0,
        cut: 0,
    };
    {
        let mut deadline = std::pin::pin!(tokio::time::sleep(grace));
        let mut again = std::pin::pin!(signals.second());
        loop {
            tokio::select! {
                biased;
                ended = open.join_next() => match ended {
                    Some(_) => drained.finished += 1,
                    None => return drained,
                },
                () = &mut deadline => break,
                () = &mut again => break,
            }
        }
    }
    open.abort_all();
    while let Some(ended) = open.join_next().await {
        let aborted = ended.is_err_and(|error| error.is_cancelled());
        if aborted {
            drained.cut += 1;
        } else {
            drained.finished += 1;
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
pub fn operations(watch: Watch) -> Router {
    async fn healthz() -> &'static str {
        "well\n"
    }
    let readiness = watch.readiness.clone();
    let ready = move || {
        let ready = readiness.is_ready();
        async move {
            match ready {
                true => (StatusCode::OK, "ready\n"),
                false => {
                    (StatusCode::SERVICE_UNAVAILABLE, "about to stop\n")
                }
            }
        }
    };
    let metrics = move || {
        let answer = metrics::answer(&watch);
        async move { answer }
    };
    Router::new()
        .route("/metrics", get(metrics))
        .route("/ready", get(ready))
        .route("/healthz", get(healthz))
        .route_layer(from_fn(downloads::enforce_http11))
}
