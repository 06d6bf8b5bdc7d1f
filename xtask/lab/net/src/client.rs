//! A raw HTTP/1.1 client: it sends exactly the given bytes, reads as fast or as slowly
//! as it's told, and verifies the response without keeping it in memory.
//!
//! It doesn't close its own direction of the connection unless it's told to, because
//! many servers take that for a client that has disconnected.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use lab::payload::Verifier;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

mod body;
mod connection;
mod download;
mod head;
mod pace;
pub mod request;
pub mod resident;

pub use body::Body;
pub use connection::{Connection, Receiver, Sender};
pub use download::{Download, End};
pub use head::Head;
pub use pace::{Hold, Pace};

use request::Request;

/// How long a client waits for the next byte before it fails. A correct server responds
/// within milliseconds, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Why there's no response, or why it stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection couldn't be made.
    #[error("can't connect to {address}: {source}")]
    Connect {
        /// The address of the server.
        address: SocketAddr,
        /// The operating system's error.
        source: io::Error,
    },
    /// The connection failed.
    #[error("the connection broke after {bytes} bytes: {source}")]
    Broken {
        /// How many bytes had been read from the connection.
        bytes: u64,
        /// The operating system's error.
        source: io::Error,
    },
    /// The connection was closed before the response was complete.
    #[error("the connection ended after {bytes} bytes, in the middle of the {part}")]
    Ended {
        /// How many bytes had been read from the connection.
        bytes: u64,
        /// The part that is incomplete: "head" or "body".
        part: &'static str,
    },
    /// No byte arrived in time.
    #[error("no byte came for {} s, after {bytes} bytes", patience.as_secs())]
    Silent {
        /// How long the client waited.
        patience: Duration,
        /// How many bytes had been read from the connection.
        bytes: u64,
    },
    /// The response isn't HTTP/1.1.
    #[error("this isn't HTTP/1.1: {what}")]
    Syntax {
        /// What's wrong, with the text.
        what: String,
    },
}

/// How to connect and read. This doesn't hold a connection.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    receive_buffer: Option<u32>,
    half_close: bool,
    patience: Duration,
    pace: Pace,
    verifier: Option<Verifier>,
}

impl Client {
    /// Returns a client that reads as fast as it can from the server at `address`.
    pub fn new(address: SocketAddr) -> Client {
        Client {
            address,
            receive_buffer: None,
            half_close: false,
            patience: PATIENCE,
            pace: Pace::Fast,
            verifier: None,
        }
    }

    /// Asks the kernel for a receive buffer of this size before it connects. Otherwise
    /// the kernel accepts several MiB from the server for a client that stalls.
    pub fn receive_buffer(mut self, bytes: u32) -> Client {
        self.receive_buffer = Some(bytes);
        self
    }

    /// Closes its own direction after the request.
    pub fn half_closing(mut self) -> Client {
        self.half_close = true;
        self
    }

    /// Waits this long for each byte, instead of [`PATIENCE`].
    pub fn patience(mut self, patience: Duration) -> Client {
        self.patience = patience;
        self
    }

    /// Sets how fast it reads the body.
    pub fn pace(mut self, pace: Pace) -> Client {
        self.pace = pace;
        self
    }

    /// Verifies the body as it arrives.
    pub fn verify(mut self, verifier: Verifier) -> Client {
        self.verifier = Some(verifier);
        self
    }

    /// Connects.
    pub async fn connect(&self) -> Result<Connection<TcpStream>, Error> {
        let address = self.address;
        let refused = |source| Error::Connect { address, source };
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }
        .map_err(refused)?;
        if let Some(bytes) = self.receive_buffer {
            socket.set_recv_buffer_size(bytes).map_err(refused)?;
        }
        let stream = timeout(self.patience, socket.connect(address))
            .await
            .unwrap_or_else(|late| Err(late.into()))
            .map_err(refused)?;
        Ok(Connection::over(stream).patience(self.patience))
    }

    /// Sends a request on a new connection, and reads the response.
    pub async fn download(&self, request: &Request) -> Result<Download, Error> {
        let mut connection = self.connect().await?;
        self.download_over(&mut connection, request).await
    }

    /// Sends a request on an open connection, which may be a pipe in memory, and reads
    /// the response.
    pub async fn download_over<S: AsyncRead + AsyncWrite>(
        &self,
        connection: &mut Connection<S>,
        request: &Request,
    ) -> Result<Download, Error> {
        connection.sender.send(&request.bytes(self.address)).await?;
        if self.half_close {
            connection.sender.end().await?;
        }
        let verifier = self.verifier.clone();
        let receiver = &mut connection.receiver;
        download::read(receiver, request.method(), &self.pace, verifier).await
    }
}
