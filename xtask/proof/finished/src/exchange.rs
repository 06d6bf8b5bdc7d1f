//! Bytes that a test wrote itself, and everything that comes back.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Nothing is judged by it: a connection that never ends, waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a server sent on one connection.
#[derive(Debug)]
pub struct Exchange {
    /// All bytes, heads included.
    pub bytes: Vec<u8>,
    /// Whether the connection was reset. Otherwise it was closed.
    pub reset: bool,
}

impl Exchange {
    /// The status of the first response.
    pub fn status(&self) -> Result<u16> {
        let text = String::from_utf8_lossy(&self.bytes);
        let status = text.split(' ').nth(1).and_then(|it| it.parse().ok());
        status.with_context(|| format!("no status in {text:?}"))
    }

    /// All of it as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Sends a request to its end, however early the server answers, and reads until the
/// server ends the connection.
pub async fn exchange(server: SocketAddr, request: &[u8]) -> Result<Exchange> {
    let both = async {
        let (mut from, mut to) = TcpStream::connect(server).await?.into_split();
        let mut bytes = Vec::new();
        let sending = async {
            // A server that refused may close its end. What it said counts.
            let _ = to.write_all(request).await;
        };
        let ((), received) = tokio::join!(sending, from.read_to_end(&mut bytes));
        let reset = match received {
            Ok(_) => false,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => true,
            Err(error) => return Err(error.into()),
        };
        anyhow::Ok(Exchange { bytes, reset })
    };
    timeout(PATIENCE, both)
        .await
        .context("the server neither answers nor closes")?
}
