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
mod pace;

pub use feeder::Feeder;
pub use file_body::FileBody;
pub use fill::fill;
pub use frames::{Frames, frames};
pub use http::{router, serve_http};
pub use pace::Pace;
/// An error of whatever kind, as bodies have it.
pub use watermark::BoxError;

/// The length of a piece at first, and for a client that doesn't
/// keep up: 64 KiB. Each read is a trip to the blocking pool, and
/// shorter pieces cost more trips.
pub const PIECE: usize = 64 * 1024;
/// The length of a piece at most, for a client that keeps up: 256
/// KiB. Longer ones leave the processor's cache before they are
/// sent.
pub const LONGEST: usize = 256 * 1024;
