//! Watermark: what `highWaterMark` controls, and a queue that keeps its
//! promise.
//!
//! [`NodeRules`] has the rules of Node's `Writable` as plain numbers:
//! what `write()` returns, and when `drain` is emitted. [`queue()`]
//! makes the queue that later chapters put between a fast producer and
//! a slow consumer. It counts bytes, not items.

mod consumer;
mod error;
mod node_rules;
mod parts;
mod producer;
mod queue;
mod simulation;

pub use consumer::Consumer;
pub use error::{BoxError, QueueError};
pub use node_rules::{Flow, NodeRules, Taken};
pub use parts::lock;
pub use parts::marks::Watermarks;
pub use parts::record::Record;
pub use parts::waits::Waits;
pub use parts::weight::Weight;
pub use producer::Producer;
pub use queue::queue;
pub use simulation::{Policy, Simulation};
