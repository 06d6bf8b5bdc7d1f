//! Another server, in memory, which counts what it may send.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connections::Dial;
use lab::payload::Payload;
use lab::work::CallCounter;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

/// What the pipe to it holds, in bytes.
const PIPE: usize = 64 * 1024;

/// What it does after the head of its answer.
#[derive(Debug, Clone, Copy)]
pub enum Then {
    /// Sends so many bytes of a payload, and ends.
    Sends(u64),
    /// Sends so many, and never anything else.
    Stalls(u64),
}

/// The way to it, for an importer. Clones lead to the same one.
#[derive(Debug, Clone)]
pub struct Origin {
    head: String,
    then: Then,
    seen: Arc<Mutex<Seen>>,
    /// Bytes of the body that left it.
    pub sent: CallCounter,
}

#[derive(Debug, Default)]
pub struct Seen {
    /// Every address that was dialed.
    pub dialled: Vec<SocketAddr>,
    /// Every head that came.
    pub heads: Vec<String>,
}

impl Origin {
    /// Answers each request with this head, such as
    /// `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n`.
    pub fn new(head: &str, then: Then) -> Self {
        Self {
            head: format!("{head}\r\n"),
            then,
            seen: Arc::default(),
            sent: CallCounter::new(),
        }
    }

    /// 200 with a payload of this length.
    pub fn of(length: u64) -> Self {
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n");
        Self::new(&head, Then::Sends(length))
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(self, mut pipe: DuplexStream) -> io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(pipe.read_u8().await?);
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        self.seen().heads.push(text);
        pipe.write_all(self.head.as_bytes()).await?;
        let (Then::Sends(length) | Then::Stalls(length)) = self.then;
        let payload = Payload::new(length);
        let mut chunk = vec![0; 16 * 1024];
        let mut at = 0;
        while at < length {
            let size = (length - at).min(chunk.len() as u64);
            let chunk = &mut chunk[..size as usize];
            payload.fill(at, chunk);
            pipe.write_all(chunk).await?;
            self.sent.add(size);
            at += size;
        }
        if matches!(self.then, Then::Stalls(_)) {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

impl Dial for Origin {
    type Transport = DuplexStream;

    async fn dial(
        &self,
        address: SocketAddr,
    ) -> io::Result<DuplexStream> {
        self.seen().dialled.push(address);
        let (here, there) = duplex(PIPE);
        tokio::spawn(self.clone().serve(there));
        Ok(here)
    }
}
