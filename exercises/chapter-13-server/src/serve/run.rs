//! The server's life: serve, announce, drain.

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

/// Serves the connections of `listener` until signals end it, and
/// tells how it ended.
///
/// Chapter 3's `serve` runs [`serve_connection`] for each
/// connection, at most `limits.connections` at once. A peer that
/// `server.allow` does not admit is dropped before a byte of it
/// is read, also after the signal; an empty list admits nobody.
/// The peer is the one of the socket, whatever a header says.
/// After an accept that failed, the next try comes a tenth of a
/// second later.
///
/// At the same time it waits for the first signal
/// ([`announce`]). The connections that are open
/// when accepting has stopped go to [`drain`].
pub async fn run<L: Listener>(
    listener: L,
    server: Arc<Server>,
    mut signals: Signals,
) -> Drained {
    todo!("chapter 13: run a server")
}

/// Serves one connection: through TLS if `server.tls` is set, and
/// as it is if not.
///
/// The handshake may take as long as the head of a request
/// (`limits.header`). A connection that is asked to stop before its
/// handshake is done just ends, without an error.
pub(crate) async fn serve_tls<T: Transport>(
    connection: Connection<T>,
    server: &Server,
) -> Result<(), BoxError> {
    todo!("chapter 13: serve {}", connection.peer)
}

/// Serves [`operations`] to the connections of `listener`, each with
/// [`on_connection`] within the limits of `operators`, so many at
/// once. Nobody is asked whether they may connect.
///
/// No signal stops this: whoever runs the server asks `/ready` while
/// it drains. It completes when it's dropped, and not before, so the
/// trigger that could stop it is kept, and never used.
pub async fn serve_operations<L: Listener>(
    listener: L,
    watch: Watch,
    operators: Limits,
) {
    todo!("chapter 13: {} operators at once", operators.connections)
}
