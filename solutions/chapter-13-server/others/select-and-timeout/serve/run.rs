//! The server's life: serve, announce, drain.

use std::future;
use std::sync::Arc;
use std::time::Duration;

use connections::{Listener, ServeLimits, serve, shutdown};
use futures_util::FutureExt;

use crate::{Drained, Server, Signals, announce, drain, serve_connection};

/// How long to wait after an accept that failed.
const PAUSE: Duration = Duration::from_millis(100);

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
    let mut signals = signals;
    let (stop, stopped) = shutdown();
    let places = ServeLimits {
        connections: server.limits.connections,
        pause: PAUSE,
    };
    let serving = serve(listener, places, stopped, |connection| {
        if server.allow.admits(connection.peer.ip()) {
            serve_connection(connection, Arc::clone(&server)).boxed()
        } else {
            // Its socket closes right here.
            drop(connection);
            future::ready(Ok(())).boxed()
        }
    });
    let notice = server.limits.drain_delay;
    let announcing =
        announce(&mut signals, &server.readiness, notice, &stop);
    let (open, ()) = tokio::join!(serving, announcing);
    drain(open, server.limits.drain_timeout, &mut signals).await
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
