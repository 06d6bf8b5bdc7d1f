//! Listeners that bring what a check gives them.

use std::future::{pending, poll_fn};
use std::io;
use std::net::{Ipv6Addr, SocketAddr, SocketAddrV6};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use connections::{Listener, Transport};
use lab_net::peer::{Peer, Seen, Wire};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{
    UnboundedReceiver, UnboundedSender, unbounded_channel,
};

/// How often a broken listener fails before it says nothing more:
/// code that tries again at once would never come to an end.
const FAILURES: usize = 1000;

/// A listener in memory: peers wait in it as in the kernel. Or
/// it asks the kernel: each type of listener would compile a
/// server of its own.
pub struct Queue {
    waiting: UnboundedReceiver<Next>,
    kernel: Option<TcpListener>,
    counts: Arc<Counts>,
    /// What each accept fails with, once it does.
    broken: Option<fn() -> io::Error>,
}

/// What stands in a queue.
enum Next {
    Peer(Wire),
    Fails(io::Error),
    FailsOn(fn() -> io::Error),
}

/// What happened so far.
#[derive(Default)]
struct Counts {
    accepted: AtomicUsize,
    asked: AtomicUsize,
    failures: AtomicUsize,
    polls: AtomicUsize,
}

/// The side of the peers.
#[derive(Clone)]
pub struct Callers {
    queue: UnboundedSender<Next>,
    counts: Arc<Counts>,
}

/// The address of the peer that is accepted after `before` others.
/// By turns: IPv4, IPv6, IPv4 behind a socket of IPv6, and IPv6 on
/// the link of an interface. No part of one is that of the next.
pub fn peer(before: usize) -> SocketAddr {
    let number = before as u16;
    let port = 10_000 + number;
    let [high, low] = number.to_be_bytes();
    let tail = u16::from_be_bytes([low, high]);
    match before % 4 {
        0 => SocketAddr::from(([10, 1 + high, low, high], port)),
        1 => {
            let host = [0xfd00, 0, 0, 0, 0, 0, number, tail];
            SocketAddr::from((host, port))
        }
        2 => {
            let host = [0, 0, 0, 0, 0, 0xffff, 0xc000, number];
            SocketAddr::from((host, port))
        }
        _ => {
            let host = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 1, number);
            SocketAddrV6::new(host, port, 0, 1 + u32::from(low)).into()
        }
    }
}

/// A queue, and who may stand in it.
pub fn queue() -> (Queue, Callers) {
    let (queue, waiting) = unbounded_channel();
    let counts = Arc::<Counts>::default();
    let callers = Callers {
        queue,
        counts: Arc::clone(&counts),
    };
    let queue = Queue {
        waiting,
        counts,
        broken: None,
        kernel: None,
    };
    (queue, callers)
}

/// A queue of which the clients come over TCP.
pub fn kernel(listener: TcpListener) -> Queue {
    let (mut queue, _) = queue();
    queue.kernel = Some(listener);
    queue
}

impl Queue {
    /// Counts how often the server of this queue is polled.
    pub fn poll_counter(&self) -> impl Fn() + Send + use<> {
        let counts = Arc::clone(&self.counts);
        move || {
            counts.polls.fetch_add(1, SeqCst);
        }
    }

    async fn next(&mut self) -> Option<Next> {
        let mut next = pin!(self.waiting.recv());
        let counted = poll_fn(|context| {
            self.counts.asked.fetch_add(1, SeqCst);
            next.as_mut().poll(context)
        });
        counted.await
    }

    async fn failure(&self, error: fn() -> io::Error) -> io::Error {
        let before = self.counts.failures.fetch_add(1, SeqCst);
        if before >= FAILURES {
            pending::<()>().await;
        }
        error()
    }
}

impl Callers {
    /// A peer connects. `None`: nobody listens any more.
    pub fn call(&self, peer: Peer) -> Option<Seen> {
        let (wire, seen) = peer.in_memory();
        self.queue.send(Next::Peer(wire)).ok().map(|()| seen)
    }

    /// The next accept fails.
    pub fn fail(&self, error: io::Error) {
        // Without a listener there is nothing to fail.
        let _ = self.queue.send(Next::Fails(error));
    }

    /// The next accept fails, and every one after it, as without a
    /// free descriptor.
    pub fn fail_on(&self, error: fn() -> io::Error) {
        let _ = self.queue.send(Next::FailsOn(error));
    }

    /// How many connections were accepted.
    pub fn accepted(&self) -> usize {
        self.counts.accepted.load(SeqCst)
    }

    /// How often the server has looked whether there is one.
    pub fn asked(&self) -> usize {
        self.counts.asked.load(SeqCst)
    }

    /// How many accepts have failed since [`Callers::fail_on`].
    pub fn failures(&self) -> usize {
        self.counts.failures.load(SeqCst)
    }

    /// How often the server did anything at all.
    pub fn polls(&self) -> usize {
        self.counts.polls.load(SeqCst)
    }
}

impl Listener for Queue {
    type Transport = Box<dyn Transport>;

    async fn accept(
        &mut self,
    ) -> io::Result<(Self::Transport, SocketAddr)> {
        if let Some(listener) = &mut self.kernel {
            let (stream, peer) = Listener::accept(listener).await?;
            return Ok((Box::new(stream), peer));
        }
        if let Some(error) = self.broken {
            return Err(self.failure(error).await);
        }
        match self.next().await {
            Some(Next::Peer(wire)) => {
                let before = self.counts.accepted.fetch_add(1, SeqCst);
                Ok((Box::new(wire), peer(before)))
            }
            Some(Next::Fails(error)) => Err(error),
            Some(Next::FailsOn(error)) => {
                self.broken = Some(error);
                Err(self.failure(error).await)
            }
            None => pending().await,
        }
    }
}
