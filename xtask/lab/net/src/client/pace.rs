//! How fast a client reads.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How a client reads a body.
#[derive(Clone, Debug, Default)]
pub enum Pace {
    /// As fast as it comes.
    #[default]
    Fast,
    /// So many bytes a second, and never more than a twentieth of a second's worth
    /// at once.
    Rate(u64),
    /// Nothing after the head until the hold is released, then fast.
    Stalled(Hold),
    /// Fast for so many bytes, then it closes the connection.
    Leaves(u64),
}

/// Holds stalled clients, and releases them together. Clones are the same hold.
#[derive(Clone, Debug)]
pub struct Hold {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    held: watch::Sender<usize>,
    released: watch::Sender<bool>,
}

impl Pace {
    /// The most bytes of one read: slow clients hold small buffers.
    pub(super) fn read_size(&self) -> usize {
        match self {
            Pace::Rate(rate) => (rate / 20).clamp(1, 4 * 1024) as usize,
            Pace::Leaves(_) => 4 * 1024,
            Pace::Fast | Pace::Stalled(_) => 64 * 1024,
        }
    }
}

impl Default for Hold {
    fn default() -> Hold {
        Hold::new()
    }
}

impl Hold {
    /// Holds everybody.
    pub fn new() -> Hold {
        let inner = Inner {
            held: watch::Sender::new(0),
            released: watch::Sender::new(false),
        };
        Hold {
            inner: Arc::new(inner),
        }
    }

    /// Releases everybody, for good.
    pub fn release(&self) {
        self.inner.released.send_replace(true);
    }

    /// How many clients have read their head and are, or were, held.
    pub fn held(&self) -> usize {
        *self.inner.held.borrow()
    }

    /// Waits until `count` clients are held. The deadline is the caller's: a server
    /// that answers too few of them never gets there.
    pub async fn reached(&self, count: usize) {
        let mut held = self.inner.held.subscribe();
        // The sender lives as long as this hold.
        let _ = held.wait_for(|held| *held >= count).await;
    }

    /// Stays until everybody is released.
    pub(super) async fn stay(&self) {
        self.inner.held.send_modify(|held| *held += 1);
        let mut released = self.inner.released.subscribe();
        let _ = released.wait_for(|released| *released).await;
    }
}

/// A token bucket: the time at which the next read is allowed.
#[derive(Debug)]
pub(super) struct Bucket {
    rate: u64,
    next: Instant,
}

impl Bucket {
    /// How much time may be made up after a delay.
    const BURST: Duration = Duration::from_millis(50);

    pub(super) fn new(rate: u64) -> Bucket {
        Bucket {
            rate: rate.max(1),
            next: Instant::now(),
        }
    }

    /// Counts bytes that were read, and waits until more may be.
    pub(super) async fn spend(&mut self, bytes: usize) {
        let cost = Duration::from_secs_f64(bytes as f64 / self.rate as f64);
        let earliest = Instant::now().checked_sub(Bucket::BURST);
        self.next =
            earliest.map_or(self.next, |earliest| self.next.max(earliest)) + cost;
        sleep_until(self.next).await;
    }
}
