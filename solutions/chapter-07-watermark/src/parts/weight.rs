//! How much an item weighs: the memory that it keeps alive.
//!
//! We provide this file: it's a trait with one method.

use bytes::Bytes;

/// The cost of an item while it waits in a queue.
pub trait Weight {
    /// Returns the bytes that this item keeps alive. A queue calls this
    /// once, when the item is pushed, and counts that many bytes until
    /// the item is popped. All items of a queue are in memory at the
    /// same time, so the sum of their weights fits in a `usize`.
    fn weight(&self) -> usize;
}

impl Weight for Bytes {
    /// Returns its length. A view keeps its whole buffer alive, so
    /// detach small views of big buffers before you queue them
    /// (chapter 6).
    fn weight(&self) -> usize {
        self.len()
    }
}
