//! A waker that remembers that it was rung.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Instant;

use crate::PATIENCE;

/// How often to look for a ring before others get the processor.
const HASTE: usize = 200;

/// Whether somebody has rung.
#[derive(Default)]
pub struct Bell(AtomicBool);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

impl Bell {
    /// Polls a future with this bell as its waker.
    pub fn poll<F: Future + ?Sized>(
        self: &Arc<Self>,
        future: Pin<&mut F>,
    ) -> Poll<F::Output> {
        let waker = Waker::from(Arc::clone(self));
        future.poll(&mut Context::from_waker(&waker))
    }

    /// Whether it was rung since the last time that this was
    /// asked.
    pub fn rung(&self) -> bool {
        self.0.swap(false, SeqCst)
    }

    /// Polls a future that waits already, each time that the bell
    /// was rung. `None`: nobody rang for so long that the ring was
    /// lost.
    pub fn spin<F: Future + ?Sized>(
        self: &Arc<Self>,
        mut future: Pin<&mut F>,
    ) -> Option<F::Output> {
        let end = Instant::now() + PATIENCE;
        loop {
            if !soon(|| self.rung(), end) {
                return None;
            }
            if let Poll::Ready(output) = self.poll(future.as_mut()) {
                return Some(output);
            }
        }
    }
}

/// Looks until it is so, without sleeping. `false`: it was not so
/// until `end`.
fn soon(so: impl Fn() -> bool, end: Instant) -> bool {
    let mut looks = 0;
    loop {
        if so() {
            return true;
        }
        looks += 1;
        if looks < HASTE {
            std::hint::spin_loop();
        } else if Instant::now() > end {
            return false;
        } else {
            // The other thread may need this processor.
            thread::yield_now();
        }
    }
}
