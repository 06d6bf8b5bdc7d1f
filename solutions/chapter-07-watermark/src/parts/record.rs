//! What a queue counts.
//!
//! We provide this file, because the checks read these counts.

/// The counts of a queue since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record {
    /// Bytes in the queue now.
    pub level: usize,
    /// The largest level so far.
    pub peak: usize,
    /// Items that were accepted.
    pub pushed: u64,
    /// Pushes that returned `Wait`.
    pub waits: u64,
}
