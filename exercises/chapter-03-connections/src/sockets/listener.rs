//! Where connections come from.
//!
//! We provide this file: the checks bring listeners of their own,
//! so it is a trait, and options of sockets differ between systems.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::Transport;

/// How many connections the kernel keeps ready before somebody
/// accepts them. Beyond that, callers wait and try again.
const BACKLOG: u32 = 1024;

/// A source of connections: a TCP socket, or a list in a check.
pub trait Listener: Send + 'static {
    /// What its connections run over.
    type Transport: Transport;

    /// Waits for the next connection, and gives it with the
    /// address of its peer. Dropping the future loses none. An
    /// error is about one attempt, never about the listener.
    fn accept(
        &mut self,
    ) -> impl Future<Output = io::Result<(Self::Transport, SocketAddr)>> + Send;
}

impl Listener for TcpListener {
    type Transport = TcpStream;

    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        // By its full name: `self.accept()` would be this function.
        let (stream, peer) = TcpListener::accept(self).await?;
        // Small writes leave at once (RFC 9293, section 3.7.4).
        // On failure the peer is gone; the first read says so.
        let _ = stream.set_nodelay(true);
        Ok((stream, peer))
    }
}

/// Listens on an address. With port 0, the operating system
/// chooses a free one.
///
/// A server that closes a connection first leaves it in the state
/// TIME-WAIT (RFC 9293, section 3.6.1), for a minute on Linux.
/// With SO_REUSEADDR, a restarted server gets its port back all
/// the same. On Windows the option means something else, and
/// nobody needs it there.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
