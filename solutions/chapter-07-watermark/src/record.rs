//! What a queue remembers of its past.

/// Counts of a queue, from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record {
    /// Bytes in the queue now.
    pub level: usize,
    /// The most bytes that were in it at once.
    pub peak: usize,
    /// Items that were accepted.
    pub pushed: u64,
    /// Pushes that were answered with `Wait`.
    pub waits: u64,
}
