//! The two directions of a connection.

use std::io::{self, ErrorKind};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf,
};
use tokio::time::{Instant, timeout};

use super::{Body, Error, Head, PATIENCE};

/// The maximum length of a head, in bytes.
const HEAD_LIMIT: usize = 64 * 1024;
/// How many bytes are read at once for a head. It's a small number, because the buffer
/// stays allocated.
const HEAD_READ: usize = 2 * 1024;

/// A connection whose directions can be used at the same time.
#[derive(Debug)]
pub struct Connection<S> {
    /// The direction that sends.
    pub sender: Sender<S>,
    /// The direction that receives.
    pub receiver: Receiver<S>,
}

/// The direction to the server. Dropping it doesn't close the direction.
#[derive(Debug)]
pub struct Sender<S> {
    half: WriteHalf<S>,
    patience: Duration,
    sent: u64,
}

/// The direction from the server.
#[derive(Debug)]
pub struct Receiver<S> {
    half: ReadHalf<S>,
    /// Bytes that were read but not asked for yet.
    pub(super) buffer: BytesMut,
    patience: Duration,
    received: u64,
    started: Instant,
    first: Option<Instant>,
}

impl<S: AsyncRead + AsyncWrite> Connection<S> {
    /// Returns a connection over any transport, including one in memory.
    pub fn over(transport: S) -> Connection<S> {
        let (read, write) = tokio::io::split(transport);
        Connection {
            sender: Sender {
                half: write,
                patience: PATIENCE,
                sent: 0,
            },
            receiver: Receiver {
                half: read,
                buffer: BytesMut::new(),
                patience: PATIENCE,
                received: 0,
                started: Instant::now(),
                first: None,
            },
        }
    }

    /// Waits this long for each byte, instead of [`PATIENCE`].
    pub fn patience(mut self, patience: Duration) -> Connection<S> {
        self.sender.patience = patience;
        self.receiver.patience = patience;
        self
    }
}

impl<S: AsyncWrite> Sender<S> {
    /// Sends exactly these bytes. It's an error if the peer takes none of them for as
    /// long as the client is patient.
    pub async fn send(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let written = self.within(|half| half.write(bytes)).await?;
            self.sent += written as u64;
            bytes = &bytes[written..];
        }
        self.within(|half| half.flush()).await
    }

    /// Closes this direction, which half-closes the connection.
    pub async fn end(&mut self) -> Result<(), Error> {
        self.within(|half| half.shutdown()).await
    }

    /// Returns how many bytes the transport has accepted.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    async fn within<'a, T, F>(
        &'a mut self,
        act: impl FnOnce(&'a mut WriteHalf<S>) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = io::Result<T>>,
    {
        let (patience, bytes) = (self.patience, self.sent);
        match timeout(patience, act(&mut self.half)).await {
            Ok(result) => result.map_err(|source| Error::Broken { bytes, source }),
            Err(_) => Err(Error::Silent { patience, bytes }),
        }
    }
}

impl<S: AsyncRead> Receiver<S> {
    /// Reads the next head, which may be an interim one (100).
    pub async fn head(&mut self) -> Result<Head, Error> {
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                let head = self.buffer.split_to(end + 4);
                return Head::parse(&head);
            }
            if self.buffer.len() > HEAD_LIMIT {
                let what = format!("a head of more than {HEAD_LIMIT} bytes");
                return Err(Error::Syntax { what });
            }
            if self.fill(HEAD_READ).await? == 0 {
                let bytes = self.received;
                return Err(Error::Ended {
                    bytes,
                    part: "head",
                });
            }
        }
    }

    /// Reads heads up to the final one.
    pub async fn final_head(&mut self) -> Result<Head, Error> {
        loop {
            let head = self.head().await?;
            if !head.is_interim() {
                return Ok(head);
            }
        }
    }

    /// Reads the body that belongs to `head`, the answer to a request with
    /// `method`.
    pub fn body(&mut self, head: &Head, method: &str) -> Result<Body<'_, S>, Error> {
        Body::new(self, head, method)
    }

    /// Reads whatever comes, at most `limit` bytes, until the connection ends. How
    /// it ended comes second: `None` for an orderly end or at the limit.
    pub async fn rest(&mut self, limit: usize) -> (Bytes, Option<Error>) {
        let mut error = None;
        while self.buffer.len() < limit {
            match self.fill(limit - self.buffer.len()).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(broken) => {
                    error = Some(broken);
                    break;
                }
            }
        }
        let length = self.buffer.len().min(limit);
        (self.buffer.split_to(length).freeze(), error)
    }

    /// Bytes that came, heads and framing included.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// When the first byte came, counted from the start of the connection.
    pub fn first_byte(&self) -> Option<Duration> {
        self.first.map(|first| first - self.started)
    }

    /// Reads once, at most `limit` bytes; 0 is the end.
    pub(super) async fn fill(&mut self, limit: usize) -> Result<usize, Error> {
        self.buffer.reserve(limit.clamp(1, 64 * 1024));
        let (patience, bytes) = (self.patience, self.received);
        let mut room = (&mut self.buffer).limit(limit);
        let read = match timeout(patience, self.half.read_buf(&mut room)).await {
            Ok(Ok(read)) => read,
            Ok(Err(error)) if error.kind() == ErrorKind::UnexpectedEof => 0,
            Ok(Err(source)) => return Err(Error::Broken { bytes, source }),
            Err(_) => return Err(Error::Silent { patience, bytes }),
        };
        self.received += read as u64;
        if read > 0 {
            self.first.get_or_insert_with(Instant::now);
        }
        Ok(read)
    }
}

/// Where `needle` starts.
pub(super) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}
