//! Watermark: what `highWaterMark` controls, and a queue that
//! keeps to it.
//!
//! [`NodeRules`] is Node's `Writable` as plain numbers: what it
//! answers, and when it says `drain`. [`queue()`] is the queue
//! that chapters 8, 9 and 11 put between a fast producer and a
//! slow consumer. It counts bytes and not items.

mod consumer;
mod error;
pub mod lock;
mod marks;
mod node_rules;
mod producer;
mod queue;
mod record;
mod weight;

pub use consumer::Consumer;
pub use error::{BoxError, QueueError};
pub use marks::Marks;
pub use node_rules::{Answer, NodeRules, Popped};
pub use producer::Producer;
pub use queue::{queue, waits};
pub use record::Record;
pub use weight::Weight;
