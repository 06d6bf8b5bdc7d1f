//! Listeners that bring what a check gives them.

use std::future::{pending, poll_fn};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
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
    waiting: UnboundedReceiver<io::Result<Wire>>,
    kernel: Option<TcpListener>,
    accepted: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
    broken: Option<Arc<AtomicUsize>>,
}

/// The side of the peers.
#[derive(Clone)]
pub struct Callers {
    queue: UnboundedSender<io::Result<Wire>>,
    accepted: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
}

/// The address of the peer that is accepted after `before` others.
pub fn peer(before: usize) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 10_000 + before as u16))
}

/// A queue, and who may stand in it.
pub fn queue() -> (Queue, Callers) {
    let (queue, waiting) = unbounded_channel();
    let accepted = Arc::default();
    let asked = Arc::default();
    let callers = Callers {
        queue,
        accepted: Arc::clone(&accepted),
        asked: Arc::clone(&asked),
    };
    let queue = Queue {
        waiting,
        accepted,
        asked,
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

/// A queue of which every accept fails, as without a free
/// descriptor, and how often it has failed.
pub fn broken() -> (Queue, Arc<AtomicUsize>) {
    let failures = Arc::<AtomicUsize>::default();
    let (mut queue, _) = queue();
    queue.broken = Some(Arc::clone(&failures));
    (queue, failures)
}

impl Callers {
    /// A peer connects. `None`: nobody listens any more.
    pub fn call(&self, peer: Peer) -> Option<Seen> {
        let (wire, seen) = peer.in_memory();
        self.queue.send(Ok(wire)).ok().map(|()| seen)
    }

    /// The next accept fails.
    pub fn fail(&self, error: io::Error) {
        // Without a listener there is nothing to fail.
        let _ = self.queue.send(Err(error));
    }

    /// How many connections were accepted.
    pub fn accepted(&self) -> usize {
        self.accepted.load(SeqCst)
    }

    /// How often the server has looked whether there is one.
    pub fn asked(&self) -> usize {
        self.asked.load(SeqCst)
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
        if let Some(failures) = &self.broken {
            if failures.fetch_add(1, SeqCst) >= FAILURES {
                pending::<()>().await;
            }
            return Err(io::Error::other("too many open files"));
        }
        let mut next = pin!(self.waiting.recv());
        let next = poll_fn(|context| {
            self.asked.fetch_add(1, SeqCst);
            next.as_mut().poll(context)
        });
        match next.await {
            Some(next) => {
                let wire = next?;
                let before = self.accepted.fetch_add(1, SeqCst);
                Ok((Box::new(wire), peer(before)))
            }
            None => pending().await,
        }
    }
}
