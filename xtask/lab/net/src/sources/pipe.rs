//! Connections in memory whose buffers are hard limits. Over loopback the kernel
//! takes about 4 MiB before a writer waits, which hides missing backpressure.

use tokio::io::{DuplexStream, duplex};

use crate::client::Connection;

/// Returns a client that is connected to the returned server end. Each direction holds
/// at most `capacity` bytes, and a write beyond that waits.
pub fn bounded(capacity: usize) -> (Connection<DuplexStream>, DuplexStream) {
    let (client, server) = duplex(capacity);
    (Connection::over(client), server)
}
