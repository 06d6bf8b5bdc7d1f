//! Buffers: where bytes are in memory, what keeps them alive, and how
//! to cope with data that arrives in chunks.
//!
//! [`Chunks`] reads a file chunk by chunk and reuses its memory.
//! [`Lines`] finds lines in chunks, and [`Utf8Decoder`] finds
//! characters. [`detach`] copies a few bytes out of a large buffer, so
//! that the buffer can be freed. Later chapters use all four.

mod chunks;
mod detach;
mod error;
mod lines;
mod totals;
mod utf8;

pub use chunks::Chunks;
pub use detach::detach;
pub use error::TextError;
pub use lines::Lines;
pub use totals::Totals;
pub use utf8::{Utf8Decoder, shorten};
