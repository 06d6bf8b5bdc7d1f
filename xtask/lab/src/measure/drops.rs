//! Shows that something was dropped, with guards that are counted when they're dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// Counts the guards that it has made and those that were dropped. All clones count the
/// same guards.
#[derive(Clone, Debug, Default)]
pub struct DropCounter {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    made: AtomicUsize,
    dropped: AtomicUsize,
}

/// A guard to put into something that must be dropped: a source, a row, a connection.
#[derive(Debug)]
pub struct Guard {
    counts: Arc<Counts>,
}

impl DropCounter {
    /// Starts without any guards.
    pub fn new() -> DropCounter {
        DropCounter::default()
    }

    /// Makes a guard.
    pub fn guard(&self) -> Guard {
        self.counts.made.fetch_add(1, SeqCst);
        Guard {
            counts: Arc::clone(&self.counts),
        }
    }

    /// Returns how many guards were made.
    pub fn made(&self) -> usize {
        self.counts.made.load(SeqCst)
    }

    /// Returns how many guards were dropped.
    pub fn dropped(&self) -> usize {
        self.counts.dropped.load(SeqCst)
    }

    /// Returns how many guards still exist.
    pub fn alive(&self) -> usize {
        // In this order, a guard that is dropped meanwhile counts as dropped.
        let made = self.made();
        made - self.dropped().min(made)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.counts.dropped.fetch_add(1, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_is_kept_is_told_from_one_that_is_released() {
        let drops = DropCounter::new();
        let kept = drops.guard();
        drop(drops.guard());
        std::thread::scope(|scope| {
            let guard = drops.guard();
            scope.spawn(move || drop(guard));
        });
        assert_eq!((drops.made(), drops.dropped(), drops.alive()), (3, 2, 1));
        drop(kept);
        assert_eq!(drops.alive(), 0);
    }

    #[test]
    fn a_guard_that_is_forgotten_stays_alive() {
        let drops = DropCounter::new();
        std::mem::forget(drops.guard());
        assert_eq!(drops.alive(), 1);
    }
}
