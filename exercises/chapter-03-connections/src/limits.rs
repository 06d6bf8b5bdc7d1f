//! Limits: how much of the server one client may use.
//!
//! We provide this file: your functions take these limits as arguments.

use std::time::Duration;

/// What one conversation may use.
#[derive(Debug, Clone)]
pub struct ConversationLimits {
    /// The maximum length of a line, in bytes, without its line break.
    pub line: usize,
    /// The maximum length of a head, in bytes: all its lines together,
    /// without their line breaks.
    pub head: usize,
    /// How long to wait for each of three things: for the whole head to
    /// arrive, for the client to take the whole response, and for the
    /// client to close its direction afterward.
    pub idle: Duration,
    /// How many bytes of what the client sends after the response are
    /// read and discarded, at most.
    pub linger: usize,
}

/// What all connections together may use.
#[derive(Debug, Clone)]
pub struct ServeLimits {
    /// The number of connections that are served at once. Any others
    /// wait in the kernel's queue until one of these closes. Must be at
    /// least 1 and at most `Semaphore::MAX_PERMITS`, which is 2^61 - 1
    /// on a 64-bit machine.
    pub connections: usize,
    /// How long to wait after an accept that failed. The usual reason
    /// is too many open files, and that doesn't change at once.
    pub pause: Duration,
}

impl Default for ServeLimits {
    /// Allows 1024 connections, and pauses for 100 ms.
    fn default() -> Self {
        Self {
            connections: 1024,
            pause: Duration::from_millis(100),
        }
    }
}
