//! The server without a network: it uses queues of datagrams and pipes of bytes, which
//! work with a paused clock.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::Instant;

use super::reply::{Reply, Sender};
use super::responder::{Responder, Seen, Transport};

/// How many bytes a pipe holds, which is less than a long answer.
const PIPE: usize = 256;

/// A server in memory. All clones are the same server.
#[derive(Clone, Debug)]
pub struct Memory {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    responder: Responder,
    seen: Vec<Seen>,
    /// Every byte that arrived over TCP, including the lengths.
    streamed: Vec<u8>,
    sockets: usize,
}

/// A client's way to the server for datagrams.
#[derive(Debug)]
pub struct Datagrams {
    server: Memory,
    arrived: VecDeque<Reply>,
}

impl Memory {
    /// Runs `responder`.
    pub fn new(responder: Responder) -> Memory {
        let shared = Shared {
            responder,
            seen: Vec::new(),
            streamed: Vec::new(),
            sockets: 0,
        };
        Memory {
            shared: Arc::new(Mutex::new(shared)),
        }
    }

    /// The address that the server seems to have: 192.0.2.53, port 53.
    pub fn address(&self) -> SocketAddr {
        address_of(Sender::Server)
    }

    /// Opens a new way to it for datagrams.
    pub fn datagrams(&self) -> Datagrams {
        self.lock().sockets += 1;
        Datagrams {
            server: self.clone(),
            arrived: VecDeque::new(),
        }
    }

    /// Opens a new stream to it. A task of the current runtime serves it until the
    /// stream ends.
    pub fn stream(&self) -> DuplexStream {
        let (client, server) = duplex(PIPE);
        let memory = self.clone();
        // The task ends when the client's end is dropped, or at the latest with the
        // check.
        tokio::spawn(async move {
            let _ = memory.serve(server).await;
        });
        client
    }

    /// Returns the queries so far, including lost ones.
    pub fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    /// Returns how many queries have arrived so far, without copying them.
    pub fn queries(&self) -> usize {
        self.lock().seen.len()
    }

    /// Returns every byte that has arrived over TCP, including the lengths.
    pub fn streamed(&self) -> Vec<u8> {
        self.lock().streamed.clone()
    }

    /// Returns how many ways for datagrams were opened.
    pub fn sockets(&self) -> usize {
        self.lock().sockets
    }

    async fn serve(&self, mut stream: DuplexStream) -> io::Result<()> {
        let mut unread = Vec::new();
        loop {
            let mut piece = [0; PIPE];
            let length = stream.read(&mut piece).await?;
            if length == 0 {
                return Ok(());
            }
            self.lock().streamed.extend(&piece[..length]);
            unread.extend(&piece[..length]);
            while let Some(message) = super::loopback::framed(&mut unread) {
                let (replies, pieces) = {
                    let mut shared = self.lock();
                    let pieces = shared.responder.pieces(&message);
                    (shared.respond(message, Transport::Tcp), pieces)
                };
                let answer = super::loopback::in_frames(&replies);
                for piece in answer.chunks(pieces.unwrap_or(usize::MAX)) {
                    stream.write_all(piece).await?;
                    // Lets the client read this piece before the next one is sent.
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Datagrams {
    /// Sends a message, and never waits.
    pub fn send(&mut self, message: &[u8]) {
        let replies = self.server.lock().respond(message.to_vec(), Transport::Udp);
        self.arrived.extend(replies);
    }

    /// Receives the next message. Returns its length and its sender. Bytes that don't
    /// fit are lost, as with real sockets. Waits forever if no message comes.
    pub async fn receive(&mut self, buffer: &mut [u8]) -> (usize, SocketAddr) {
        let Some(reply) = self.arrived.pop_front() else {
            // Only `send` produces a reply, and it can't be called while this borrows
            // `self`, so this would wait forever.
            return std::future::pending().await;
        };
        let length = reply.bytes.len().min(buffer.len());
        buffer[..length].copy_from_slice(&reply.bytes[..length]);
        (length, address_of(reply.sender))
    }
}

impl Shared {
    fn respond(&mut self, bytes: Vec<u8>, transport: Transport) -> Vec<Reply> {
        let replies = self.responder.respond(&bytes, transport);
        let at = Instant::now();
        self.seen.push(Seen {
            transport,
            bytes,
            at,
        });
        replies
    }
}

fn address_of(sender: Sender) -> SocketAddr {
    let (last, port) = match sender {
        Sender::Server => (53, 53),
        Sender::OtherAddress => (54, 53),
        Sender::OtherPort => (53, 5353),
    };
    (Ipv4Addr::new(192, 0, 2, last), port).into()
}
