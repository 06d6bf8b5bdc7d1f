//! Another server, from which the finished one imports.

use std::net::SocketAddr;
use std::time::Duration;

use crate::chunked;
use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Answers every request with the same bytes. Dropped, it is gone.
#[derive(Debug)]
pub struct Origin {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Origin {
    /// An origin that sends a body in chunks, as HTTP/1.1 frames them.
    pub async fn chunked(bytes: &[u8], size: usize) -> Result<Origin> {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let wire = [&head[..], &chunked(bytes, size)].concat();
        Origin::start(move |mut client| {
            let wire = wire.clone();
            async move {
                let _ = client.write_all(&wire).await;
                let _ = client.shutdown().await;
            }
        })
        .await
    }

    /// An origin whose body comes a byte at a time, and never ends.
    pub async fn dripping() -> Result<Origin> {
        Origin::start(|mut client| async move {
            let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
            let mut sent = client.write_all(head).await;
            while sent.is_ok() {
                tokio::time::sleep(Duration::from_millis(200)).await;
                sent = client.write_all(b"x").await;
            }
        })
        .await
    }

    async fn start<F>(
        respond: impl Fn(TcpStream) -> F + Send + 'static,
    ) -> Result<Origin>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let mut head = [0; 4096];
                // A request is short, and comes at once.
                if client.read(&mut head).await.is_ok() {
                    tokio::spawn(respond(client));
                }
            }
        });
        Ok(Origin { address, task })
    }

    /// The URL of a file of this name.
    pub fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}
