//! Where questions go: sockets, or pipes in memory.
//!
//! We provide this file: sockets are the subject of chapter 3, and
//! the checks bring transports of their own.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UdpSocket};

/// A way to a server that carries one message at a time.
pub trait Datagram: Send {
    /// Sends a message. It may get lost on the way without an error.
    fn send<'a>(
        &'a mut self,
        message: &'a [u8],
    ) -> BoxFuture<'a, io::Result<()>>;

    /// Waits for a message from any sender, and returns its length and
    /// the sender's address. Bytes that don't fit in the buffer are
    /// lost. Cancel safe.
    fn receive<'a>(
        &'a mut self,
        buffer: &'a mut [u8],
    ) -> BoxFuture<'a, io::Result<(usize, SocketAddr)>>;
}

/// A way to a server that carries bytes in order.
pub trait ByteStream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> ByteStream for T {}

/// A server, and the two ways to it.
pub trait Servers: Send + Sync {
    /// The address that answers must come from.
    fn address(&self) -> SocketAddr;

    /// Opens a socket for datagrams, for one question.
    fn datagram(&self) -> BoxFuture<'_, io::Result<Box<dyn Datagram>>>;

    /// Opens a stream, for one question.
    fn stream(&self) -> BoxFuture<'_, io::Result<Box<dyn ByteStream>>>;
}

/// A real server, asked over UDP and TCP. Each question gets a socket
/// of its own, and with it a port that the operating system chooses,
/// which a forger would have to guess (RFC 5452).
#[derive(Debug, Clone, Copy)]
pub struct UdpAndTcp {
    /// Where the server is.
    pub server: SocketAddr,
}

impl Servers for UdpAndTcp {
    fn address(&self) -> SocketAddr {
        self.server
    }

    fn datagram(&self) -> BoxFuture<'_, io::Result<Box<dyn Datagram>>> {
        Box::pin(async {
            let ours: SocketAddr = match self.server {
                SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
                SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
            };
            let socket = UdpSocket::bind(ours).await?;
            // On a connected socket, the operating system drops
            // messages from other senders, and reports an error if
            // nobody listens there.
            socket.connect(self.server).await?;
            Ok(Box::new(socket) as Box<dyn Datagram>)
        })
    }

    fn stream(&self) -> BoxFuture<'_, io::Result<Box<dyn ByteStream>>> {
        Box::pin(async {
            let stream = TcpStream::connect(self.server).await?;
            Ok(Box::new(stream) as Box<dyn ByteStream>)
        })
    }
}

impl Datagram for UdpSocket {
    fn send<'a>(
        &'a mut self,
        message: &'a [u8],
    ) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async move {
            UdpSocket::send(self, message).await.map(drop)
        })
    }

    fn receive<'a>(
        &'a mut self,
        buffer: &'a mut [u8],
    ) -> BoxFuture<'a, io::Result<(usize, SocketAddr)>> {
        Box::pin(self.recv_from(buffer))
    }
}
