//! Watermark: what `highWaterMark` controls, and a queue that
//! keeps to it.
//!
//! [`NodeRules`] is Node's `Writable` as plain numbers: what
//! `write()` returns, and when `drain` is emitted. [`queue()`] is
//! the queue that later chapters put between a fast producer and a
//! slow consumer. It counts bytes, not items.

mod consumer;
mod error;
pub mod lock;
mod marks;
mod node_rules;
mod producer;
mod queue;
mod record;
mod simulation;
mod waits;
mod weight;

pub use consumer::Consumer;
pub use error::{BoxError, QueueError};
pub use marks::Watermarks;
pub use node_rules::{Flow, NodeRules, Taken};
pub use producer::Producer;
pub use queue::queue;
pub use record::Record;
pub use simulation::{Policy, Simulation};
pub use waits::Waits;
pub use weight::Weight;
