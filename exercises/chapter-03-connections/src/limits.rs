//! Limits: how much of the server one peer may use.
//!
//! We provide this file: your steps take them as arguments.

use std::time::Duration;

/// What one conversation may use.
#[derive(Debug, Clone)]
pub struct ConversationLimits {
    /// The longest line, in bytes, without its end.
    pub line: usize,
    /// The longest head, in bytes: all its lines together,
    /// without their ends.
    pub head: usize,
    /// The longest time for each of three things: until the whole
    /// head has arrived, until the client has taken the whole
    /// response, and until the client closes its direction
    /// afterwards.
    pub idle: Duration,
    /// The most bytes that are read and discarded of what the
    /// client sends after the response.
    pub linger: usize,
}

/// What all connections together may use.
#[derive(Debug, Clone)]
pub struct ServeLimits {
    /// The number of connections that are served at once. Further
    /// ones wait in the kernel's queue until one of these closes.
    /// At least 1, and at most `Semaphore::MAX_PERMITS`, which is
    /// 2^61 - 1 on a 64-bit machine.
    pub connections: usize,
    /// How long to wait after an accept that failed. The usual
    /// reason, too many open files, doesn't go away at once.
    pub pause: Duration,
}

impl Default for ServeLimits {
    /// 1024 connections, and a pause of 100 ms.
    fn default() -> Self {
        Self {
            connections: 1024,
            pause: Duration::from_millis(100),
        }
    }
}
