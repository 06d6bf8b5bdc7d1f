//! Serving: many connections at once, and not too many.

use std::net::SocketAddr;

use futures_util::future::BoxFuture;
use tokio::task::JoinSet;

use crate::{BoxError, Listener, ServeLimits, Shutdown};

/// A connection that was accepted.
#[derive(Debug)]
pub struct Connection<T> {
    /// Its bytes.
    pub transport: T,
    /// Who is at the other end, as the socket says.
    pub peer: SocketAddr,
    /// Tells when the server should stop. Those who wait for
    /// their client between two requests listen to it.
    pub shutdown: Shutdown,
}

impl<T> Connection<T> {
    fn new(transport: T, peer: SocketAddr, shutdown: Shutdown) -> Self {
        Self {
            transport,
            peer,
            shutdown,
        }
    }
}

/// The connections that are still open when accepting has
/// stopped. Whoever drops it cuts them.
pub type OpenConnections = JoinSet<Result<(), BoxError>>;

/// Accepts connections until `shutdown` is requested, and runs
/// `on_connection` for each, as a task of its own. Its future
/// may panic; calling `on_connection` must not.
///
/// At most `limits.connections` are served at once. When so many
/// are open, the next one is accepted after one of them has
/// ended, however it did. An accept that failed, for whatever
/// reason, is tried again after `limits.pause`, or as soon as a
/// connection ends. While nothing happens, `serve` waits without
/// using the processor.
///
/// A connection that fails or panics ends only itself. Its error
/// is dropped, because `on_connection` logs what's worth logging,
/// and nothing is kept of a connection that has ended.
///
/// The request to stop is heard at any time: also when every
/// place is taken, during the pause, and when there is always
/// another client to accept. The connections that are open then
/// go on; they are given back, without those that have ended.
pub async fn serve<
    L: Listener,
    F: Fn(
        Connection<L::Transport>,
    ) -> BoxFuture<'static, Result<(), BoxError>>,
>(
    listener: L,
    limits: ServeLimits,
    shutdown: Shutdown,
    on_connection: F,
) -> OpenConnections {
    let mut listener = listener;
    let mut open = OpenConnections::new();
    loop {
        // Accept only while there is room; finished ones make room.
        while open.len() >= limits.connections {
            tokio::select! {
                _ = open.join_next() => {}
                _ = shutdown.requested() => return left(open),
            }
        }
        let accepted = tokio::select! {
            biased;
            _ = shutdown.requested() => return left(open),
            accepted = listener.accept() => accepted,
        };
        while open.try_join_next().is_some() {}
        match accepted {
            Ok((transport, peer)) => {
                open.spawn(on_connection(Connection {
                    transport,
                    peer,
                    shutdown: shutdown.clone(),
                }));
            }
            Err(_) => {
                let wake = tokio::time::sleep(limits.pause);
                tokio::select! {
                    _ = wake => {}
                    Some(_) = open.join_next() => {}
                    _ = shutdown.requested() => return left(open),
                }
            }
        }
    }
}

/// What has not ended yet.
fn left(mut open: OpenConnections) -> OpenConnections {
    while open.try_join_next().is_some() {}
    open
}
