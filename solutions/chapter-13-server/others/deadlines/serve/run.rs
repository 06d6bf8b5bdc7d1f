

/// Serves one connection: through TLS if `server.tls` is set, and
/// as it is if not.
///
/// The handshake may take as long as the head of a request
/// (`limits.header`). A connection that is asked to stop before its
/// handshake is done just ends, without an error.
pub(crate) async fn serve_tls<T: connections::Transport>(
    connection: connections::Connection<T>,
    server: &Server,
) -> Result<(), crate::BoxError> {
    let (router, limits) = (server.router.clone(), &server.limits);
    let Some(tls) = &server.tls else {
        return crate::on_connection(connection, router, limits).await;
    };
    let connections::Connection {
        transport,
        peer,
        shutdown,
    } = connection;
    let handshake = tokio::time::timeout(limits.header, tls.accept(transport));
    let transport = tokio::select! {
        accepted = handshake => accepted??,
        () = shutdown.requested() => return Ok(()),
    };
    let connection = connections::Connection {
        transport,
        peer,
        shutdown,
    };
    crate::on_connection(connection, router, limits).await
}
