//! The two water marks of a queue.
//!
//! Given: a pair of numbers with a rule.

/// From `high` on, a push returns `Wait`; at `low`, the drain
/// comes.
///
/// Node.js has only the high-water mark: its drain comes at 0.
/// With two marks, a queue neither asks for every item anew nor
/// runs empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermarks {
    /// In bytes; below `high`, unless both are 0.
    pub low: usize,
    /// In bytes.
    pub high: usize,
}

impl Watermarks {
    /// Makes marks, in bytes. A low-water mark that isn't below the
    /// high-water mark becomes one byte less: a producer that went
    /// on at the high-water mark would push beyond the bound.
    /// (0, 0) lets one item through at a time.
    pub fn new(low: usize, high: usize) -> Self {
        Self {
            low: low.min(high.saturating_sub(1)),
            high,
        }
    }
}
