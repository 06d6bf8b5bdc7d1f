//! How much an item weighs.

use bytes::Bytes;

/// What an item costs as long as it waits in a queue.
pub trait Weight {
    /// The bytes that this item keeps alive. A queue counts what
    /// it was when it was pushed, until it is popped.
    fn weight(&self) -> usize;
}

impl Weight for Bytes {
    /// Its length. A view keeps its whole buffer alive: whoever
    /// queues small views of big buffers detaches them before
    /// (chapter 6).
    fn weight(&self) -> usize {
        self.len()
    }
}
