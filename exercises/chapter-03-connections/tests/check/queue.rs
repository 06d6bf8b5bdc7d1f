//! Listeners that bring what a check gives them.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use connections::Listener;
use lab_net::peer::{Peer, Seen, Wire};
use tokio::sync::mpsc::{
    UnboundedReceiver, UnboundedSender, unbounded_channel,
};

/// The address of every peer.
const PEER: SocketAddr = SocketAddr::new(
    std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
    9,
);
/// How often a broken listener fails before it says nothing more:
/// code that tries again at once would never come to an end.
const FAILURES: usize = 1000;

/// A listener in memory: peers wait in it as in the kernel.
pub struct Queue {
    waiting: UnboundedReceiver<io::Result<Wire>>,
    accepted: Arc<AtomicUsize>,
    broken: Option<Arc<AtomicUsize>>,
}

/// The side of the peers.
#[derive(Clone)]
pub struct Callers {
    queue: UnboundedSender<io::Result<Wire>>,
    accepted: Arc<AtomicUsize>,
}

/// A queue, and who may stand in it.
pub fn queue() -> (Queue, Callers) {
    let (queue, waiting) = unbounded_channel();
    let accepted = Arc::default();
    let callers = Callers {
        queue,
        accepted: Arc::clone(&accepted),
    };
    let queue = Queue {
        waiting,
        accepted,
        broken: None,
    };
    (queue, callers)
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
}

impl Listener for Queue {
    type Transport = Wire;

    async fn accept(&mut self) -> io::Result<(Wire, SocketAddr)> {
        if let Some(failures) = &self.broken {
            if failures.fetch_add(1, SeqCst) >= FAILURES {
                pending::<()>().await;
            }
            return Err(io::Error::other("too many open files"));
        }
        match self.waiting.recv().await {
            Some(next) => {
                let wire = next?;
                self.accepted.fetch_add(1, SeqCst);
                Ok((wire, PEER))
            }
            None => pending().await,
        }
    }
}
