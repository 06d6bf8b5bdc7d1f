//! The server on real sockets, UDP and TCP on one port.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::reply::{Reply, Sender};
use super::responder::{Responder, Seen, Transport};

/// How often another port is tried if the one that the operating system chose is free
/// for TCP but taken for UDP.
const TRIES: usize = 16;
/// How many connections are served at once. Others wait.
const CONNECTIONS: usize = 64;
/// The maximum length of a message.
const LONGEST: usize = u16::MAX as usize;

/// A server that is listening. Dropping it stops it.
#[derive(Debug)]
pub struct Loopback {
    address: SocketAddr,
    heard: Arc<Heard>,
    /// Its tasks, which are aborted when this is dropped.
    _tasks: JoinSet<()>,
}

#[derive(Debug)]
struct Heard {
    responder: Mutex<Responder>,
    seen: Mutex<Vec<Seen>>,
    /// Called for every query, for a log.
    log: fn(&Seen, usize),
}

impl Loopback {
    /// Listens on `address`; port 0 lets the system choose.
    pub async fn start(
        responder: Responder,
        address: SocketAddr,
    ) -> io::Result<Loopback> {
        Loopback::logging(responder, address, |_, _| {}).await
    }

    /// Listens in the same way, and calls `log` for every query with the number of
    /// replies.
    pub async fn logging(
        responder: Responder,
        address: SocketAddr,
        log: fn(&Seen, usize),
    ) -> io::Result<Loopback> {
        let (listener, socket) = bind(address).await?;
        let address = listener.local_addr()?;
        // Forged answers come from the same machine, but from another port or another
        // address.
        let other_port = UdpSocket::bind(SocketAddr::new(address.ip(), 0)).await?;
        let liar = SocketAddr::new(Ipv4Addr::new(127, 0, 0, 2).into(), address.port());
        let other_address = UdpSocket::bind(liar).await.ok();
        let heard = Arc::new(Heard {
            responder: Mutex::new(responder),
            seen: Mutex::default(),
            log,
        });
        let mut tasks = JoinSet::new();
        let sockets = Sockets {
            socket,
            other_port,
            other_address,
        };
        tasks.spawn(sockets.serve(Arc::clone(&heard)));
        tasks.spawn(serve_streams(listener, Arc::clone(&heard)));
        Ok(Loopback {
            address,
            heard,
            _tasks: tasks,
        })
    }

    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the queries so far, including lost ones.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.heard.seen).clone()
    }
}

/// Removes the next complete message from the bytes that were read, and returns it.
pub(super) fn framed(unread: &mut Vec<u8>) -> Option<Vec<u8>> {
    let length = unread.first_chunk().copied()?;
    let end = 2 + usize::from(u16::from_be_bytes(length));
    let message = unread.get(2..end)?.to_vec();
    unread.drain(..end);
    Some(message)
}

/// Returns the replies as they're sent over TCP, each after its length.
pub(super) fn in_frames(replies: &[Reply]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for reply in replies {
        let length = u16::try_from(reply.bytes.len()).unwrap_or(u16::MAX);
        bytes.extend(length.to_be_bytes());
        bytes.extend(&reply.bytes[..usize::from(length)]);
    }
    bytes
}

async fn bind(address: SocketAddr) -> io::Result<(TcpListener, UdpSocket)> {
    let mut tries = 0;
    loop {
        let listener = TcpListener::bind(address).await?;
        match UdpSocket::bind(listener.local_addr()?).await {
            Ok(socket) => return Ok((listener, socket)),
            Err(_) if address.port() == 0 && tries < TRIES => tries += 1,
            Err(error) => return Err(error),
        }
    }
}

struct Sockets {
    socket: UdpSocket,
    other_port: UdpSocket,
    /// `None` on systems with only one loopback address.
    other_address: Option<UdpSocket>,
}

impl Sockets {
    async fn serve(self, heard: Arc<Heard>) {
        let mut buffer = vec![0; LONGEST];
        loop {
            // An error here is about an earlier reply that reached nobody.
            let Ok((length, client)) = self.socket.recv_from(&mut buffer).await else {
                tokio::task::yield_now().await;
                continue;
            };
            for reply in heard.respond(&buffer[..length], Transport::Udp) {
                let from = match reply.sender {
                    Sender::Server => &self.socket,
                    Sender::OtherPort => &self.other_port,
                    Sender::OtherAddress => {
                        self.other_address.as_ref().unwrap_or(&self.other_port)
                    }
                };
                // If a datagram is lost, that's fine, because datagrams may be lost.
                let _ = from.send_to(&reply.bytes, client).await;
            }
        }
    }
}

async fn serve_streams(listener: TcpListener, heard: Arc<Heard>) {
    let mut open = JoinSet::new();
    loop {
        while open.len() >= CONNECTIONS {
            open.join_next().await;
        }
        match listener.accept().await {
            Ok((stream, _)) => {
                let heard = Arc::clone(&heard);
                open.spawn(async move {
                    // If the client disconnects early, that only affects the client.
                    let _ = heard.serve(stream).await;
                });
            }
            // There may be no descriptors left, so wait until a connection is closed.
            Err(_) => tokio::task::yield_now().await,
        }
        while open.try_join_next().is_some() {}
    }
}

impl Heard {
    async fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        loop {
            let length = stream.read_u16().await?;
            let mut message = vec![0; length.into()];
            stream.read_exact(&mut message).await?;
            let pieces = lock(&self.responder).pieces(&message);
            let answer = in_frames(&self.respond(&message, Transport::Tcp));
            for piece in answer.chunks(pieces.unwrap_or(usize::MAX)) {
                stream.write_all(piece).await?;
                tokio::task::yield_now().await;
            }
        }
    }

    fn respond(&self, message: &[u8], transport: Transport) -> Vec<Reply> {
        let replies = lock(&self.responder).respond(message, transport);
        let seen = Seen {
            transport,
            bytes: message.to_vec(),
            at: Instant::now(),
        };
        (self.log)(&seen, replies.len());
        lock(&self.seen).push(seen);
        replies
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
