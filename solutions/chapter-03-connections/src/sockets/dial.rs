//! How one address is reached.
//!
//! We provide this file: the checks bring dials of their own, so it
//! is a trait.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpStream;

use crate::Transport;

/// A way to connect to an address: TCP, or a list of outcomes in
/// a check.
pub trait Dial: Send + Sync {
    /// What its connections run over.
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
        // Small writes leave at once (RFC 9293, section 3.7.4).
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}
