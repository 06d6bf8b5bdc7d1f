//! The end of a server: say it, refuse, finish, cut.

use std::time::Duration;

use connections::{OpenConnections, Trigger};

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
    open: OpenConnections,
    grace: Duration,
    signals: &mut Signals,
) -> Drained {
    let mut open = open;
    let all = open.len();
    let deadline = tokio::time::Instant::now() + grace;
    loop {
        let next = tokio::time::timeout_at(deadline, open.join_next());
        tokio::select! {
            ended = next => match ended {
                Ok(Some(_)) => continue,
                _ => break,
            },
            () = signals.second() => break,
        }
    }
    while open.try_join_next().is_some() {}
    let cut = open.len();
    open.abort_all();
    while open.join_next().await.is_some() {}
    Drained {
        finished: all - cut,
        cut,
    }
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
