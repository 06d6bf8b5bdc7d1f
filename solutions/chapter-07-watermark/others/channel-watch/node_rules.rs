//! The rules of Node's `Writable`, as plain numbers.

use std::cmp::Ordering;
use std::collections::VecDeque;

/// What a push is answered: `true` and `false` of Node's
/// `write()`. Either way, the item was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an answer that nobody reads stops nobody"]
pub enum Flow {
    /// Go on.
    Ready,
    /// Wait until the drain.
    Wait,
}

/// One `Writable` of Node.js with a sink that answers later, such
/// as a file or a socket: chunks in order, as sizes in bytes, and
/// one mark.
#[derive(Debug, Clone)]
pub struct NodeRules {
    /// The chunks that the sink has not taken yet.
    sizes: VecDeque<usize>,
    /// All of them together, in bytes.
    level: usize,
    /// The high-water mark, in bytes.
    high: usize,
    /// A push was answered with `Wait`, and its drain is to come.
    owes_drain: bool,
}

/// A chunk that the sink has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// In bytes.
    pub size: usize,
    /// Whether `drain` is emitted now.
    pub drain: bool,
}

impl NodeRules {
    /// Nothing buffered. A mark of 0 is allowed.
    pub fn new(high: usize) -> Self {
        Self {
            sizes: VecDeque::new(),
            level: 0,
            high,
            owes_drain: false,
        }
    }

    /// The bytes that the sink has not taken yet: Node's
    /// `writableLength`.
    pub fn level(&self) -> usize {
        self.level
    }

    /// Somebody writes a chunk of so many bytes, at least 1. It
    /// is accepted whole, however much is there already.
    ///
    /// The answer is `Ready` as long as the level, this chunk
    /// counted, is below the mark.
    pub fn push(&mut self, size: usize) -> Flow {
        self.sizes.push_back(size);
        self.level += size;
        match self.level.cmp(&self.high) {
            Ordering::Less => Flow::Ready,
            Ordering::Equal | Ordering::Greater => {
                self.owes_drain = true;
                Flow::Wait
            }
        }
    }

    /// The sink has taken the oldest chunk. `None`: there was
    /// none.
    ///
    /// The drain comes when the level reaches 0, once, and only
    /// after a `Wait` since the last one.
    pub fn pop(&mut self) -> Option<Taken> {
        let size = self.sizes.pop_front()?;
        self.level -= size;
        let drain = self.owes_drain && self.sizes.is_empty();
        self.owes_drain = self.owes_drain && !drain;
        Some(Taken { size, drain })
    }
}
