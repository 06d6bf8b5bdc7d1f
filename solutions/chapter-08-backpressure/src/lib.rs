//! Backpressure: a download that waits for its client.
//!
//! The body holds a limited part of the file in memory, however long
//! the file is. When the client stalls, the reader waits, and when the
//! client disconnects, the reader is aborted. Chapter 10 builds its
//! bodies with [`FileBody`], and later programs serve through
//! [`serve_http`].

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
/// An error of any type, as a body reports it.
pub use watermark::BoxError;

/// The maximum length of a chunk at first, and for a client that
/// doesn't keep up: 64 KiB. Each read is a trip to the blocking pool,
/// so shorter chunks would need more trips.
pub const CHUNK: usize = 64 * 1024;
/// The maximum length of a chunk, for a client that keeps up: 256 KiB.
/// Longer chunks wouldn't stay in the processor's cache until they're
/// sent.
pub const LONGEST: usize = 256 * 1024;
