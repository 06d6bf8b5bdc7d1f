//! Limits: how much of the server one peer may use.
//!
//! Given: your steps take them as arguments.

use std::time::Duration;

/// What a conversation may take.
#[derive(Debug, Clone)]
pub struct ConversationLimits {
    /// The longest line, in bytes, without its end.
    pub line: usize,
    /// The longest head, in bytes: all its lines together,
    /// without their ends.
    pub head: usize,
    /// The longest time for each of three things: the whole head
    /// comes, the whole answer is taken, and the client ends its
    /// direction afterwards.
    pub idle: Duration,
    /// How many bytes that the client still sends after the
    /// answer are read and dropped, at most.
    pub linger: usize,
}

/// What all connections together may take.
#[derive(Debug, Clone)]
pub struct ServeLimits {
    /// Connections served at once. The next ones wait in the
    /// kernel's queue until one of these ends. At least 1, and at
    /// most `Semaphore::MAX_PERMITS`, which is 2^61 - 1 on a
    /// machine of 64 bits.
    pub connections: usize,
    /// How long to wait after an accept that failed. The usual
    /// reason, too many open files, does not go away at once.
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
