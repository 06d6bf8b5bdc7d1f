//! Serves many connections at once, up to a limit.

use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::{BoxError, Listener, ServeLimits, Shutdown};

/// A connection that was accepted.
#[derive(Debug)]
pub struct Connection<T> {
    /// The bytes of the connection, in both directions.
    pub transport: T,
    /// The client's address, exactly as the listener reported it,
    /// including the scope and flow information of an IPv6 address.
    pub peer: SocketAddr,
    /// Reports when the server should stop. A connection that waits for
    /// its client between two requests watches it.
    pub shutdown: Shutdown,
}

impl<T> Connection<T> {
    fn new(
        transport: T,
        peer: SocketAddr,
        shutdown: &Shutdown,
    ) -> Self {
        Self {
            transport,
            peer,
            shutdown: shutdown.clone(),
        }
    }
}

/// The connections that are still open when `serve` has stopped
/// accepting. Each is a task that returns the result of its connection.
/// Dropping the set aborts them all, and so does dropping the future of
/// [`serve`] while it runs.
pub type OpenConnections = JoinSet<Result<(), BoxError>>;

/// Accepts connections until `shutdown` is requested, and runs
/// `on_connection` for each in a task of its own. The future that
/// `on_connection` returns may panic, but the call itself must not.
///
/// # Limits
///
/// At most `limits.connections` are served at once. While that many are
/// open, no other connection is accepted until one of them has closed
/// for any reason.
///
/// # Errors
///
/// If an accept fails, it's tried again after `limits.pause` or when a
/// connection closes, whichever comes first. That's so for every error,
/// however often it occurs and however many connections are open. While
/// nothing happens, `serve` sleeps instead of polling.
///
/// A connection that fails or panics doesn't affect the others. Its
/// error is dropped at the latest when the next connection is accepted,
/// so `on_connection` has to log it if anybody should see it. Nothing
/// of a closed connection stays in memory.
///
/// # Shutdown
///
/// `serve` returns soon after the shutdown was requested, whatever it's
/// doing: also when every slot is taken, during the pause, and while
/// clients connect one after the other. It returns the connections that
/// are still open, and these keep running.
pub async fn serve<
    L: Listener,
    F: Fn(
        Connection<L::Transport>,
    ) -> BoxFuture<'static, Result<(), BoxError>>,
>(
    mut listener: L,
    limits: ServeLimits,
    shutdown: Shutdown,
    on_connection: F,
) -> OpenConnections {
    //? todo!("chapter 3: serve {limits:?} until {shutdown:?}")
    // ANCHOR: cut-serve
    let permits = Arc::new(Semaphore::new(limits.connections));
    let mut open = OpenConnections::new();
    loop {
        let next = async {
            let permit = Arc::clone(&permits).acquire_owned();
            // Nobody closes the semaphore, so this can't fail.
            let permit = permit.await.expect("an open semaphore");
            let accepted = listener.accept().await;
            if accepted.is_err() {
                tokio::time::sleep(limits.pause).await;
            }
            (permit, accepted)
        };
        let (permit, accepted) = tokio::select! {
            biased;
            Some(_) = open.join_next() => continue,
            () = shutdown.requested() => return open,
            next = next => next,
        };
        let Ok((transport, peer)) = accepted else {
            continue;
        };
        let connection = Connection::new(transport, peer, &shutdown);
        let life = on_connection(connection);
        open.spawn(async move {
            let result = life.await;
            drop(permit);
            result
        });
    }
    // ANCHOR_END: cut-serve
}
