//! The two marks of a queue.

/// From `high` on the producer is asked to wait; at `low` it may
/// go on.
///
/// Node.js has only the high mark, and its low mark is 0. Between
/// two marks, a queue does not ask for every item anew, and it
/// does not run empty either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// In bytes.
    pub low: usize,
    /// In bytes.
    pub high: usize,
}

impl Marks {
    /// Marks in bytes. A low mark above the high one is cut to
    /// it. (0, 0) lets one item through at a time.
    pub fn new(low: usize, high: usize) -> Self {
        Self {
            low: low.min(high),
            high,
        }
    }
}
