//! A server's parts, and the way of a connection through them.
//!
//! Given: a list of parts, and what surrounds a connection.

use std::sync::Arc;

use addresses::AllowList;
use axum::Router;
use connections::{Connection, Transport};

use crate::serve::presence;
use crate::serve::run::serve_tls;
use crate::{BoxError, Gauge, Limits, Readiness, Tls};

/// What a server is made of.
pub struct Server {
    /// What answers the requests.
    pub router: Router,
    /// Who may connect.
    pub allow: AllowList,
    /// The certificate and its key. Without one, connections are
    /// served as they are.
    pub tls: Option<Tls>,
    /// What clients may take.
    pub limits: Limits,
    /// What `/ready` answers.
    pub readiness: Readiness,
    /// The connections that are open.
    pub connections: Gauge,
}

/// Serves one connection, through TLS where it is configured: the
/// handshake has as long as the head of a request. A connection
/// that is asked to stop before its handshake is done just ends.
///
/// Errors: those of the handshake, and of
/// [`on_connection`]. They are in the log, and they matter to
/// nobody else.
pub async fn serve_connection<T: Transport>(
    connection: Connection<T>,
    server: Arc<Server>,
) -> Result<(), BoxError> {
    let _counted = server.connections.hold(1);
    let peer = connection.peer;
    let reader = presence::line(&connection.transport);
    // Boxed: it is large, and `present` holds its argument twice.
    let served = Box::pin(serve_tls(connection, &server));
    let served = presence::present(reader, served).await;
    if let Err(error) = &served {
        tracing::debug!(%peer, error = deepest(&**error), "connection");
    }
    served
}

/// hyper's errors say what failed, and their sources say why.
pub(crate) fn deepest(
    error: &(dyn std::error::Error + 'static),
) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}
