//! Serving: many connections at once, and not too many.

use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::{BoxError, Listener, ServeLimits, Shutdown};

/// A connection that was accepted.
#[derive(Debug)]
pub struct Connection<T> {
    /// Its bytes.
    pub transport: T,
    /// Who is at the other end, exactly as the listener says:
    /// address, port, and what else an IPv6 address has.
    pub peer: SocketAddr,
    /// Tells when the server should stop. Those who wait for
    /// their client between two requests listen to it.
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

/// The connections that are still open when accepting has
/// stopped: tasks that return their connection's own result.
/// Dropping the set aborts them all, and so does dropping the
/// future of [`serve`] while it runs.
pub type OpenConnections = JoinSet<Result<(), BoxError>>;

/// Accepts connections until `shutdown` is requested, and runs
/// `on_connection` for each, as a task of its own. Its future
/// may panic; calling `on_connection` must not.
///
/// # Limits
///
/// At most `limits.connections` are served at once. When so many
/// are open, the next one is accepted after one of them has
/// closed, however it did, and not before.
///
/// # Errors
///
/// An accept that failed, for whatever reason and however often,
/// is tried again after `limits.pause` or when a connection
/// closes, whichever comes first; how many are open makes no
/// difference. As long as nothing happens, `serve` waits instead
/// of polling.
///
/// A connection that fails, or panics, takes no other with it,
/// and its error is dropped when the next one is accepted, if not
/// before: `on_connection` writes what belongs in a log. Nothing
/// is kept of a connection that has closed.
///
/// # Shutdown
///
/// `serve` returns soon after the request at any time: when every
/// slot is taken, during the pause, and while there is always
/// another client to accept. The connections that are open then
/// keep running; they are returned, without those that have
/// closed.
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
            // Nobody closes it, so this cannot fail.
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
