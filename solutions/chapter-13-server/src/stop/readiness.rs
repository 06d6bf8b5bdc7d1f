//! Whether new requests should come here.
//!
//! Given: one flag.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What `/ready` answers: ready, until somebody says otherwise.
/// Clones are about the same server.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    refused: Arc<AtomicBool>,
}

impl Readiness {
    /// Whether a balancer should send requests here.
    pub fn is_ready(&self) -> bool {
        !self.refused.load(Ordering::Relaxed)
    }

    /// From now on, it should not.
    pub fn refuse(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }
}
