//! Whether new requests should be sent to this server.
//!
//! We provide this file: it's a flag.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What `/ready` responds: ready, until somebody calls `refuse`. All
/// clones share the state.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    refused: Arc<AtomicBool>,
}

impl Readiness {
    /// Returns whether a load balancer should send requests here.
    pub fn is_ready(&self) -> bool {
        !self.refused.load(Ordering::Relaxed)
    }

    /// Tells load balancers to send no more requests here.
    pub fn refuse(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }
}
