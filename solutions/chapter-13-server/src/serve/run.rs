//! The server's life: serve, announce, drain.

use std::sync::Arc;
use std::time::Duration;

use connections::{Listener, ServeLimits, serve};

use crate::{Drained, Server, Signals, announce, drain, secured};

/// Serves the connections of `listener` until signals end it, and
/// tells how it ended.
///
/// Chapter 3's `serve` runs [`secured`] for each
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
    //? todo!("chapter 13: run a server")
    // ANCHOR: cut-run
    let (trigger, shutdown) = connections::shutdown();
    let readiness = server.readiness.clone();
    let limits = server.limits.clone();
    let places = ServeLimits {
        connections: limits.connections,
        pause: Duration::from_millis(100),
    };
    let serving =
        serve(listener, places, shutdown, move |connection| {
            let server = Arc::clone(&server);
            Box::pin(async move {
                if !server.allow.admits(connection.peer.ip()) {
                    return Ok(());
                }
                secured(connection, server).await
            })
        });
    let announced = announce(
        &mut signals,
        &readiness,
        limits.drain_delay,
        &trigger,
    );
    let (open, ()) = tokio::join!(serving, announced);
    drain(open, limits.drain_timeout, &mut signals).await
    // ANCHOR_END: cut-run
}
