//! How much an item weighs.

use bytes::Bytes;

/// What an item costs as long as it waits in a queue.
pub trait Weight {
    /// The bytes that this item keeps alive. A queue asks once,
    /// when the item is pushed, and counts that many bytes until
    /// it is popped. All items of a queue together are memory, so
    /// their weights fit into a `usize`.
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
