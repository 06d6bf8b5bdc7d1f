//! Buffers: where bytes live, who keeps them alive, and what it
//! means that they come in pieces.
//!
//! [`Chunks`] reads a file piece by piece with the same memory
//! (8, 9). [`Lines`] cuts lines out of chunks (9), and
//! [`Utf8Decoder`] cuts characters (11). [`detach`] takes a few
//! bytes out of a large buffer, so that the buffer can go (11).

mod chunks;
mod detach;
mod error;
mod lines;
mod utf8;

pub use chunks::Chunks;
pub use detach::detach;
pub use error::TextError;
pub use lines::Lines;
pub use utf8::{Utf8Decoder, shorten};
