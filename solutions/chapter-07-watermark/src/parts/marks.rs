//! The two water marks of a queue.
//!
//! We provide this file: it's a pair of numbers with a rule.

/// The two marks: at `high` or above, a push returns `Wait`, and at
/// `low` or below, the drain fires.
///
/// Node.js has only the high-water mark, and its drain fires at 0. With
/// two marks, the producer isn't woken for every single item, and the
/// queue doesn't have to run empty first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermarks {
    /// The low-water mark, in bytes. It's below `high`, unless both are
    /// 0.
    pub low: usize,
    /// The high-water mark, in bytes.
    pub high: usize,
}

impl Watermarks {
    /// Makes marks, in bytes. If `low` isn't below `high`, it's lowered
    /// to `high - 1`, because a producer that continued at the
    /// high-water mark would exceed the bound. (0, 0) lets one item
    /// through at a time.
    pub fn new(low: usize, high: usize) -> Self {
        Self {
            low: low.min(high.saturating_sub(1)),
            high,
        }
    }
}
