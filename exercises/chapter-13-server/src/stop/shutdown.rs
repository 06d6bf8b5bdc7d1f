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
    todo!("chapter 13: announce the end, {notice:?} before it")
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
    todo!("chapter 13: drain within {grace:?}")
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
    todo!("chapter 13: operations of {watch:?}")
}
