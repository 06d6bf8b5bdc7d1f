//! Transports: the types that a connection can run over.
//!
//! We provide this file: the trait only gives a short name to five
//! others.

use tokio::io::{AsyncRead, AsyncWrite};

/// A stream of bytes in both directions: a TCP socket, TLS on top of
/// one, or a pipe in memory. Every type with these five traits is a
/// transport.
pub trait Transport:
    AsyncRead + AsyncWrite + Unpin + Send + 'static
{
}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Transport
    for T
{
}
