//! The two marks of a queue.

/// From `high` on the producer is asked to wait; at `low` it may
/// go on.
///
/// Node.js has only the high mark, and its low mark is 0. Between
/// two marks, a queue does not ask for every item anew, and it
/// does not run empty either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// In bytes; below `high`, unless both are 0.
    pub low: usize,
    /// In bytes.
    pub high: usize,
}

impl Marks {
    /// Marks in bytes. A low mark that is not below the high one
    /// is cut to one byte below it: a producer that went on at
    /// the high mark would push beyond the bound. (0, 0) lets one
    /// item through at a time.
    pub fn new(low: usize, high: usize) -> Self {
        Self {
            low: low.min(high.saturating_sub(1)),
            high,
        }
    }
}
