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
/// stopped: tasks that end with their connection's own result.
/// Dropping the set aborts them all, and so does dropping the
/// future of [`serve`] while it runs.
pub type Open = JoinSet<Result<(), BoxError>>;

/// Accepts connections until `shutdown` is requested, and runs
/// `on_connection` for each, as a task of its own. Its future
/// may panic; calling `on_connection` must not.
///
/// At most `limits.connections` are served at once. When so many
/// are open, the next one is accepted after one of them has
/// ended, however it did, and not before. An accept that failed,
/// for whatever reason and however often, is tried again after
/// `limits.pause` or when a connection ends, whichever comes
/// first; how many are open makes no difference. As long as
/// nothing happens, `serve` waits; it does not look again and
/// again.
///
/// A connection that fails, or panics, ends by itself, and its
/// error is dropped when the next one is accepted, if not before:
/// `on_connection` writes what belongs in a log. Of a connection
/// that ended, nothing is kept.
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
    mut listener: L,
    limits: ServeLimits,
    shutdown: Shutdown,
    on_connection: F,
) -> Open {
    //? todo!("chapter 3: serve {limits:?} until {shutdown:?}")
    // ANCHOR: cut-serve
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut open = Open::new();
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await;
            let accepted = listener.accept().await;
            if accepted.is_err() {
                tokio::time::sleep(limits.pause).await;
            }
            (place, accepted)
        };
        let (place, accepted) = tokio::select! {
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
            let _place = place;
            life.await
        });
    }
    // ANCHOR_END: cut-serve
}
