//! Counts work, so that a check can tell how it grows without measuring time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts calls and the bytes that they transferred. All clones share the counts.
#[derive(Clone, Debug, Default)]
pub struct CallCounter {
    counts: Arc<(AtomicU64, AtomicU64)>,
}

impl CallCounter {
    /// No work yet.
    pub fn new() -> CallCounter {
        CallCounter::default()
    }

    /// Counts a call that transferred this many bytes.
    pub fn add(&self, bytes: u64) {
        self.counts.0.fetch_add(1, Relaxed);
        self.counts.1.fetch_add(bytes, Relaxed);
    }

    /// Calls so far.
    pub fn calls(&self) -> u64 {
        self.counts.0.load(Relaxed)
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.counts.1.load(Relaxed)
    }
}

/// Returns by what factor the work grows when the input doubles: about 2 for linear
/// work, and about 4 for quadratic work. A check expects `growth(n, work) < 2.5`.
pub fn growth(n: usize, mut work: impl FnMut(usize) -> u64) -> f64 {
    let once = work(n);
    work(2 * n) as f64 / once.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joins `n` pieces; `again` copies everything for each piece.
    fn join(n: usize, again: bool) -> u64 {
        let work = CallCounter::new();
        for piece in 1..=n as u64 {
            work.add(if again { piece } else { 1 });
        }
        assert_eq!(work.calls(), n as u64);
        work.bytes()
    }

    #[test]
    fn quadratic_work_is_told_from_linear_work() {
        assert!(growth(1000, |n| join(n, false)) < 2.5);
        assert!(growth(1000, |n| join(n, true)) > 3.5);
    }
}
