//! How fast a client reads.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How a client reads a body.
#[derive(Clone, Debug, Default)]
pub enum Pace {
    /// As fast as the bytes arrive.
    #[default]
    Fast,
    /// This many bytes a second, and never more than a twentieth of that at once.
    Rate(u64),
    /// Nothing after the head until the hold is released, and then as fast as possible.
    Stalled(Hold),
    /// This many bytes as fast as possible, and then it closes the connection.
    Leaves(u64),
}

/// Holds clients back that should stall, and releases them together. All clones share
/// the hold.
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
    /// The most bytes of one read, because the buffers of slow clients are small.
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
    /// Holds all clients from now on.
    pub fn new() -> Hold {
        let inner = Inner {
            held: watch::Sender::new(0),
            released: watch::Sender::new(false),
        };
        Hold {
            inner: Arc::new(inner),
        }
    }

    /// Releases all clients for good.
    pub fn release(&self) {
        self.inner.released.send_replace(true);
    }

    /// Returns how many clients have read their head and are held, or were held before.
    pub fn held(&self) -> usize {
        *self.inner.held.borrow()
    }

    /// Waits until `count` clients are held. The caller sets the deadline, because this
    /// waits forever if the server responds to fewer clients.
    pub async fn reached(&self, count: usize) {
        let mut held = self.inner.held.subscribe();
        // The sender lives as long as this hold.
        let _ = held.wait_for(|held| *held >= count).await;
    }

    /// Waits until all clients are released.
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
    /// How much lost time may be made up after a delay.
    const BURST: Duration = Duration::from_millis(50);

    pub(super) fn new(rate: u64) -> Bucket {
        Bucket {
            rate: rate.max(1),
            next: Instant::now(),
        }
    }

    /// Counts bytes that were read, and waits until more may be read.
    pub(super) async fn spend(&mut self, bytes: usize) {
        let cost = Duration::from_secs_f64(bytes as f64 / self.rate as f64);
        let earliest = Instant::now().checked_sub(Bucket::BURST);
        self.next =
            earliest.map_or(self.next, |earliest| self.next.max(earliest)) + cost;
        sleep_until(self.next).await;
    }
}
