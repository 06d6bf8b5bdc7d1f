//! Listeners: where connections come from.
//!
//! We provide this file: a listener is a trait, because the checks
//! bring their own, and socket options differ between operating
//! systems.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::Transport;

/// How many connections the kernel holds until somebody accepts them.
/// Beyond that, clients wait and try again.
const BACKLOG: u32 = 1024;

/// A source of connections: a TCP socket, or a list in a check.
pub trait Listener: Send + 'static {
    /// The type of the connections.
    type Transport: Transport;

    /// Waits for the next connection, and returns it with the client's
    /// address.
    ///
    /// Dropping the future loses no connection. An error concerns this
    /// one attempt; the listener can still be used.
    fn accept(
        &mut self,
    ) -> impl Future<Output = io::Result<(Self::Transport, SocketAddr)>> + Send;
}

impl Listener for TcpListener {
    type Transport = TcpStream;

    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        // This uses the type's name, because `self.accept()` would call this
        // function again.
        let (stream, peer) = TcpListener::accept(self).await?;
        // Send small writes at once (RFC 9293, section 3.7.4). If this
        // fails, the client has disconnected, and the first read
        // reports it.
        let _ = stream.set_nodelay(true);
        Ok((stream, peer))
    }
}

/// Listens on an address. With port 0, the operating system chooses a
/// free one.
///
/// A server that closes a connection first leaves it in the state
/// TIME-WAIT (RFC 9293, section 3.6.1), for a minute on Linux.
/// SO_REUSEADDR lets a restarted server listen on its port in spite of
/// that. On Windows, the option means something else and isn't needed.
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
