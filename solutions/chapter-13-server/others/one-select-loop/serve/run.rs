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
/// The peer's address comes from the socket, not from a header.
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
    let limits = server.limits.clone();
    let readiness = server.readiness.clone();
    let (stop, shutdown) = connections::shutdown();
    let slots = ServeLimits {
        connections: limits.connections,
        pause: Duration::from_secs(1) / 10,
    };
    let accepting = serve(listener, slots, shutdown, move |one| {
        let server = server.clone();
        let admitted = server.allow.admits(one.peer.ip());
        Box::pin(async move {
            match admitted {
                true => serve_connection(one, server).await,
                false => Ok(()),
            }
        })
    });
    let open = {
        let mut accepting = std::pin::pin!(accepting);
        let announced = announce(
            &mut signals,
            &readiness,
            limits.drain_delay,
            &stop,
        );
        tokio::select! {
            open = &mut accepting => open,
            () = announced => accepting.await,
        }
    };
    drain(open, limits.drain_timeout, &mut signals).await
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
    let router = server.router.clone();
    let Some(tls) = server.tls.clone() else {
        return on_connection(connection, router, &server.limits).await;
    };
    let (peer, shutdown) = (connection.peer, connection.shutdown);
    let transport = tokio::select! {
        biased;
        () = shutdown.requested() => return Ok(()),
        () = tokio::time::sleep(server.limits.header) => {
            return Err("the handshake took too long".into());
        }
        accepted = tls.accept(connection.transport) => accepted?,
    };
    let secured = Connection {
        transport,
        peer,
        shutdown,
    };
    on_connection(secured, router, &server.limits).await
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
    let router = operations(watch);
    let operators = Arc::new(operators);
    let (trigger, shutdown) = connections::shutdown();
    let slots = ServeLimits {
        connections: operators.connections,
        pause: Duration::from_millis(100),
    };
    let forever = serve(listener, slots, shutdown, move |connection| {
        let (router, operators) = (router.clone(), operators.clone());
        Box::pin(async move {
            on_connection(connection, router, &operators).await
        })
    });
    let _ = forever.await;
    drop(trigger);
}
