//! A number that goes up and down.
//!
//! We provide this file. It has two atomic integers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much of something there is now. All clones share the number.
#[derive(Debug, Clone, Default)]
pub struct Gauge {
    level: Arc<AtomicU64>,
    times: Arc<AtomicU64>,
}

impl Gauge {
    /// Adds an amount, which is removed again when the result is
    /// dropped.
    pub fn hold(&self, amount: u64) -> GaugeGuard {
        self.level.fetch_add(amount, Ordering::Relaxed);
        self.times.fetch_add(1, Ordering::Relaxed);
        let gauge = self.clone();
        GaugeGuard { gauge, amount }
    }

    /// Returns the sum of all amounts held now.
    pub fn level(&self) -> u64 {
        self.level.load(Ordering::Relaxed)
    }

    /// Returns how often an amount was added so far.
    pub fn times(&self) -> u64 {
        self.times.load(Ordering::Relaxed)
    }
}

/// A part of a gauge's level.
#[derive(Debug)]
pub struct GaugeGuard {
    gauge: Gauge,
    amount: u64,
}

impl Drop for GaugeGuard {
    fn drop(&mut self) {
        self.gauge.level.fetch_sub(self.amount, Ordering::Relaxed);
    }
}
