//! Serving: many connections at once, and not too many.

use std::net::SocketAddr;
use std::pin::Pin;

use futures_util::future::BoxFuture;
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep};

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
    mut listener: L,
    limits: ServeLimits,
    shutdown: Shutdown,
    on_connection: F,
) -> OpenConnections {
    let mut open = OpenConnections::new();
    let mut next = Next::Accept;
    loop {
        let room = open.len() < limits.connections;
        tokio::select! {
            biased;
            () = shutdown.requested() => break,
            Some(_) = open.join_next() => next = Next::Accept,
            came = next.step(&mut listener), if room => match came {
                Some(Ok((transport, peer))) => {
                    let told = shutdown.clone();
                    let new = Connection::new(transport, peer, told);
                    open.spawn(on_connection(new));
                }
                Some(Err(_)) => {
                    next = Next::Wait(Box::pin(sleep(limits.pause)));
                }
                None => next = Next::Accept,
            },
        }
    }
    while open.try_join_next().is_some() {}
    open
}

/// What the loop does next when there is room.
enum Next {
    Accept,
    Wait(Pin<Box<Sleep>>),
}

impl Next {
    /// An attempt to accept; nothing, when a pause is over.
    async fn step<L: Listener>(
        &mut self,
        listener: &mut L,
    ) -> Option<std::io::Result<(L::Transport, SocketAddr)>> {
        match self {
            Self::Accept => Some(listener.accept().await),
            Self::Wait(pause) => {
                pause.await;
                None
            }
        }
    }
}
