//! Backpressure: a download that waits for its client.
//!
//! The body holds a bounded piece of the file, however long the
//! file is: a client that stalls stops the reader, and a client
//! that leaves ends it. Chapter 10 builds its bodies with
//! [`FileBody`]; chapters 10 and 11 serve through [`serve_http`].

mod feeder;
mod file_body;
mod fill;
mod frames;
mod http;

pub use feeder::Feeder;
pub use file_body::FileBody;
pub use fill::fill;
pub use frames::{Frames, frames};
pub use http::{router, serve_http};
/// An error of whatever kind, as bodies have it.
pub use watermark::BoxError;

/// How many bytes are read at once: 64 KiB. Each read is a trip
/// to the blocking pool, and smaller ones cost more trips.
pub const PIECE: usize = 64 * 1024;
