//! Backpressure: a download that waits for its client.
//!
//! The body holds a bounded part of the file, however long the file is.
//! A client that stalls stops the reader, and a client that disconnects
//! ends it. Chapter 10 builds its bodies with [`FileBody`], and later
//! programs serve through [`serve_http`].

mod file_body;
mod fill;
mod http;
mod pace;
mod stream;
mod task;

pub use file_body::FileBody;
pub use fill::fill;
pub use http::{router, serve_http};
pub use pace::Pace;
pub use stream::{ChunkStream, chunk_stream};
pub use task::AbortOnDrop;
/// An error of any type, as bodies have it.
pub use watermark::BoxError;

/// The length of a chunk at first, and for a client that doesn't keep
/// up: 64 KiB. Each read is a trip to the blocking pool, and shorter
/// chunks need more trips.
pub const CHUNK: usize = 64 * 1024;
/// The maximum length of a chunk, for a client that keeps up: 256 KiB.
/// Longer ones leave the processor's cache before they're sent.
pub const LONGEST: usize = 256 * 1024;
