//! The rules of Node's `Writable`, as plain numbers.

use std::collections::VecDeque;

/// The return value of a push, like the `true` and `false` of Node's
/// `write()`. The item was accepted in both cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a `Wait` that nobody reads slows nobody down"]
pub enum Flow {
    /// Push the next item.
    Ready,
    /// Wait for the drain first.
    Wait,
}

/// A model of one `Writable` of Node.js, whose sink finishes each write
/// later, as a file or a socket does. It holds chunks in order, each as
/// a size in bytes, and has one high-water mark.
#[derive(Debug, Clone)]
pub struct NodeRules {
    /// The chunks that the sink hasn't taken yet, oldest first.
    sizes: VecDeque<usize>,
    /// The sum of `sizes`, in bytes.
    level: usize,
    /// The high-water mark, in bytes.
    high: usize,
    /// A push returned `Wait`, and its drain hasn't fired yet.
    owes_drain: bool,
}

/// A chunk that the sink has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Its size in bytes.
    pub size: usize,
    /// Whether `drain` is emitted now.
    pub drain: bool,
}

impl NodeRules {
    /// Makes an empty buffer. A high-water mark of 0 is allowed.
    pub fn new(high: usize) -> Self {
        todo!("chapter 7: nothing buffered, and a mark of {high}")
    }

    /// Returns how many bytes the sink hasn't taken yet, which is
    /// Node's `writableLength`.
    pub fn level(&self) -> usize {
        self.level
    }

    /// Accepts a whole chunk of `size` bytes, at least 1, even if the
    /// level is above the high-water mark already.
    ///
    /// Returns `Ready` as long as the level, including this chunk,
    /// is below the high-water mark.
    pub fn push(&mut self, size: usize) -> Flow {
        todo!("chapter 7: accept {size} bytes")
    }

    /// Takes the oldest chunk, as the sink does when a write has
    /// finished. Returns `None` if there is none.
    ///
    /// The drain fires when the level reaches 0, but only if a push has
    /// returned `Wait` since the last drain.
    pub fn pop(&mut self) -> Option<Taken> {
        todo!("chapter 7: take the oldest chunk")
    }
}
