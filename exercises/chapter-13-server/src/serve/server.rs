//! The parts of a server, and the path of a connection through them.
//!
//! We provide this file: it's a list of parts, and the code around a
//! connection.

use std::sync::Arc;

use addresses::AllowList;
use axum::Router;
use connections::{Connection, Transport};

use crate::serve::presence;
use crate::serve::run::serve_tls;
use crate::{BoxError, Gauge, Limits, Readiness, Tls};

/// The parts of a server.
pub struct Server {
    /// What responds to the requests.
    pub router: Router,
    /// Who may connect.
    pub allow: AllowList,
    /// The certificate and its key. Without them, connections aren't
    /// encrypted.
    pub tls: Option<Tls>,
    /// How much clients may use.
    pub limits: Limits,
    /// What `/ready` responds.
    pub readiness: Readiness,
    /// The connections that are open.
    pub connections: Gauge,
}

/// Serves one connection, through TLS if it's configured. The handshake
/// may take as long as the head of a request. A connection that is
/// asked to stop before its handshake is done ends without an error.
///
/// # Errors
///
/// The errors of the handshake, and of [`on_connection`]. They're
/// logged here, so the caller can ignore them.
pub async fn serve_connection<T: Transport>(
    connection: Connection<T>,
    server: Arc<Server>,
) -> Result<(), BoxError> {
    let _counted = server.connections.hold(1);
    let peer = connection.peer;
    let reader = presence::line(&connection.transport);
    // Boxed, because it's large, and `present` holds its argument
    // twice.
    let served = Box::pin(serve_tls(connection, &server));
    let served = presence::present(reader, served).await;
    if let Err(error) = &served {
        tracing::debug!(%peer, error = deepest(&**error), "connection");
    }
    served
}

/// Returns the innermost source of an error, because hyper's errors say
/// what failed, and their sources say why.
pub(crate) fn deepest(
    error: &(dyn std::error::Error + 'static),
) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}
