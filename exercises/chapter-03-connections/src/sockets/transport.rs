//! What a connection runs over.
//!
//! We provide this file: a trait that only shortens a bound.

use tokio::io::{AsyncRead, AsyncWrite};

/// Bytes in both directions: a TCP socket, TLS on top of one, or
/// a pipe in memory. Every type with these five properties is a
/// transport, and the name only saves writing them again.
pub trait Transport:
    AsyncRead + AsyncWrite + Unpin + Send + 'static
{
}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Transport
    for T
{
}
