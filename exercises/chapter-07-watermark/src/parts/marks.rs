//! The two water marks of a queue.
//!
//! Given: a pair of numbers with a rule.

/// The two marks: from `high` on, a push returns `Wait`, and at `low`,
/// the drain comes.
///
/// Node.js has only the high-water mark, and its drain comes at 0. With
/// two marks, a queue doesn't ask for every single item, and doesn't
/// run empty, either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermarks {
    /// The low-water mark, in bytes. It's below `high`, unless both are
    /// 0.
    pub low: usize,
    /// The high-water mark, in bytes.
    pub high: usize,
}

impl Watermarks {
    /// Makes marks, in bytes. A low-water mark that isn't below the
    /// high-water mark is lowered to one byte less, because a producer
    /// that continued at the high-water mark would push beyond the
    /// bound. (0, 0) lets one item through at a time.
    pub fn new(low: usize, high: usize) -> Self {
        Self {
            low: low.min(high.saturating_sub(1)),
            high,
        }
    }
}
