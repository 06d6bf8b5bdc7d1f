//! Dialing: how to connect to one address.
//!
//! We provide this file: dialing is a trait, because the checks bring
//! their own.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpStream;

use crate::Transport;

/// A way to connect to an address: TCP, or a list of outcomes in
/// a check.
pub trait Dial: Send + Sync {
    /// The type of the connections.
    type Transport: Transport;

    /// Connects, without a deadline of its own.
    fn dial(
        &self,
        address: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::Transport>> + Send;
}

/// Dials real sockets.
#[derive(Debug, Clone, Copy)]
pub struct Tcp;

impl Dial for Tcp {
    type Transport = TcpStream;

    async fn dial(&self, address: SocketAddr) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(address).await?;
        // Send small writes at once (RFC 9293, section 3.7.4).
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}
