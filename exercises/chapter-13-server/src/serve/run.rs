//! Runs the server: serves, announces the shutdown, and drains.

use std::sync::Arc;
use std::time::Duration;

use connections::{
    Connection, Listener, ServeLimits, Transport, serve,
};
use tokio::time::timeout;

use crate::{
    BoxError, Drained, Limits, Server, Signals, Watch, announce, drain,
    on_connection, operations, serve_connection,
};

/// Serves the connections of `listener` until signals stop it, and
/// returns how many connections finished and how many were cut off.
///
/// Chapter 3's `serve` runs [`serve_connection`] for each connection,
/// at most `limits.connections` at once. A peer that `server.allow`
/// doesn't admit is dropped before any of its bytes are read, even
/// after the signal, and an empty list admits nobody. The peer's
/// address is the socket's, whatever a header says. If an accept fails,
/// the next attempt comes a tenth of a second later.
///
/// At the same time, this waits for the first signal ([`announce`]).
/// When accepting has stopped, the connections that are still open are
/// passed to [`drain`].
pub async fn run<L: Listener>(
    listener: L,
    server: Arc<Server>,
    mut signals: Signals,
) -> Drained {
    todo!("chapter 13: run a server")
}

/// Serves one connection, through TLS if `server.tls` is set.
///
/// The handshake may take as long as the head of a request
/// (`limits.header`). If the connection is asked to stop before its
/// handshake is done, it ends without an error.
pub(crate) async fn serve_tls<T: Transport>(
    connection: Connection<T>,
    server: &Server,
) -> Result<(), BoxError> {
    todo!("chapter 13: serve {}", connection.peer)
}

/// Serves [`operations`] on the connections of `listener`, each with
/// [`on_connection`] and the limits in `operators`, which also limit
/// how many are served at once. Every peer may connect.
///
/// No signal stops this, because operators ask for `/ready` while the
/// server drains. It ends only when it's dropped, so it holds the
/// trigger that could stop it, and never uses it.
pub async fn serve_operations<L: Listener>(
    listener: L,
    watch: Watch,
    operators: Limits,
) {
    todo!("chapter 13: {} operators at once", operators.connections)
}
