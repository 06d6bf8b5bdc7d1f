//! A raw HTTP/1.1 client: it sends exact bytes, reads as fast or as slowly as
//! told, and verifies what comes without keeping it.
//!
//! It never ends its own direction of the connection unless told to: many servers
//! take that for a client that left.

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

/// How long a client waits for the next byte before it says that nothing comes.
/// A right server answers within milliseconds, also on a machine that is busy.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Why there is no answer, or no more of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection.
    #[error("cannot connect to {address}: {source}")]
    Connect {
        /// The address that was asked.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// The connection broke.
    #[error("the connection broke after {bytes} bytes: {source}")]
    Broken {
        /// Bytes read from the connection until then.
        bytes: u64,
        /// What the operating system says.
        source: io::Error,
    },
    /// The connection ended where more was due.
    #[error("the connection ended after {bytes} bytes, in the middle of the {part}")]
    Ended {
        /// Bytes read from the connection until then.
        bytes: u64,
        /// "head" or "body".
        part: &'static str,
    },
    /// Nothing came.
    #[error("no byte came for {} s, after {bytes} bytes", patience.as_secs())]
    Silent {
        /// How long it waited.
        patience: Duration,
        /// Bytes read from the connection until then.
        bytes: u64,
    },
    /// The answer is not HTTP/1.1.
    #[error("this is no HTTP/1.1: {what}")]
    Syntax {
        /// What is wrong, with the text.
        what: String,
    },
}

/// How to connect and read. It holds no connection.
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
    /// A fast client of the server at `address`.
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

    /// Asks the kernel for a receive buffer of so many bytes, before it connects.
    /// Without it the kernel takes some MiB off a server that a client stalls.
    pub fn receive_buffer(mut self, bytes: u32) -> Client {
        self.receive_buffer = Some(bytes);
        self
    }

    /// Ends its own direction after the request.
    pub fn half_closing(mut self) -> Client {
        self.half_close = true;
        self
    }

    /// Waits so long for each byte, instead of [`PATIENCE`].
    pub fn patience(mut self, patience: Duration) -> Client {
        self.patience = patience;
        self
    }

    /// How it reads the body.
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

    /// Sends a request on a connection of its own, and reads the answer.
    pub async fn download(&self, request: &Request) -> Result<Download, Error> {
        let mut connection = self.connect().await?;
        self.download_over(&mut connection, request).await
    }

    /// The same over a connection that is open already, which may be a pipe in
    /// memory.
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
