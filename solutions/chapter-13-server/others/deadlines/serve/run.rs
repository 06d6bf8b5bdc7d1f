//! The server's life: serve, announce, drain.

use std::sync::Arc;

use connections::Listener;

use crate::{Drained, Server, Signals};

/// Serves the connections of `listener` until signals end it, and
/// tells how it ended.
///
/// Chapter 3's `serve` runs [`secured`](crate::secured) for each
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
                match server.allow.admits(connection.peer.ip()) {
                    true => {
                        Box::pin(crate::secured(connection, server))
                    }
                    false => Box::pin(async { Ok(()) }),
                }
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
