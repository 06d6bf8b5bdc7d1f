//! The server's life: serve, announce, drain.

use std::sync::Arc;

use connections::Listener;

use crate::{Drained, Server, Signals};

/// Serves the connections of `listener` until signals end it, and
/// tells how it ended.
///
/// Chapter 3's `serve` runs [`serve_connection`](crate::serve_connection) for each
/// connection, at most `limits.connections` at once. A peer that
/// `server.allow` does not admit is dropped before a byte of it
/// is read; the peer is the one of the socket, whatever a header
/// says. After an accept that failed, the next try comes a tenth
/// of a second later.
///
/// At the same time it waits for the first signal
/// ([`announce`](crate::announce)). The connections that are open
/// when accepting has stopped go to [`drain`](crate::drain).
pub async fn run<L: Listener>(
    listener: L,
    server: Arc<Server>,
    signals: Signals,
) -> Drained {
    let (trigger, shutdown) = connections::shutdown();
    let limits = connections::ServeLimits {
        connections: server.limits.connections,
        pause: std::time::Duration::from_millis(100),
    };
    let shared = Arc::clone(&server);
    let accepting = tokio::spawn(async move {
        connections::serve(
            listener,
            limits,
            shutdown,
            move |connection| {
                let server = Arc::clone(&shared);
                if server.allow.admits(connection.peer.ip()) { Box::pin(crate::serve_connection(connection, server)) } else { Box::pin(async { Ok(()) }) }
            },
        )
        .await
    });
    let mut signals = signals;
    let (readiness, limits) = (&server.readiness, &server.limits);
    crate::announce(&mut signals, readiness, limits.drain_delay, &trigger)
        .await;
    match accepting.await {
        Ok(open) => {
            crate::drain(open, limits.drain_timeout, &mut signals).await
        }
        Err(_) => Drained {
            finished: 0,
            cut: 0,
        },
    }
}

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

/// Serves `operations` to the connections of `listener`, each with
/// `on_connection` within the limits of `operators`, so many at
/// once. Nobody is asked whether they may connect.
///
/// No signal stops this: whoever runs the server asks `/ready` while
/// it drains. It completes when it's dropped, and not before, so the
/// trigger that could stop it is kept, and never used.
pub async fn serve_operations<L: connections::Listener>(
    listener: L,
    watch: crate::Watch,
    operators: crate::Limits,
) {
    let (_never, shutdown) = connections::shutdown();
    let slots = connections::ServeLimits {
        connections: operators.connections,
        ..connections::ServeLimits::default()
    };
    let router = crate::operations(watch);
    connections::serve(listener, slots, shutdown, move |connection| {
        let (router, limits) = (router.clone(), operators.clone());
        Box::pin(async move {
            crate::on_connection(connection, router, &limits).await
        })
    })
    .await;
}
