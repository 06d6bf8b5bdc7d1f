//! Backpressure: a download that waits for its client.
//!
//! The body holds a bounded piece of the file, however long the
//! file is: a client that stalls stops the reader, and a client
//! that leaves ends it. This is the chapter's first form, with a
//! bounded channel; the finished one is built on chapter 7.

mod feeder;
mod file_body;
mod frames;
mod http;

/// An error of whatever kind, as bodies have it.
pub use axum::BoxError;
pub use file_body::FileBody;
pub use frames::Frames;
pub use http::router;

/// How many bytes are read at once: 64 KiB. Each read is a trip
/// to the blocking pool, and smaller ones cost more trips.
pub const PIECE: usize = 64 * 1024;
