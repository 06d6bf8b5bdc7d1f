//! Turns the queue into the stream of chunks that a body needs.

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use watermark::{Consumer, QueueError};

use crate::{AbortOnDrop, BoxError};

/// The chunks of a body, in order. Each item is a chunk or an error.
pub type ChunkStream = BoxStream<'static, Result<Bytes, BoxError>>;

/// Returns a stream of the chunks in a queue, which ends where the
/// queue was closed. The stream owns `reader`, the task that fills the
/// queue, so dropping the stream aborts that task.
///
/// After its end, or after an error, the stream keeps yielding `None`,
/// so a loop over it ends there, and polling it again does no harm.
///
/// # Errors
///
/// Yields the producer's own error if the producer failed, and
/// [`QueueError::Abandoned`] if the producer was dropped without ending
/// the queue.
pub fn chunk_stream(
    consumer: Consumer<Bytes>,
    reader: AbortOnDrop,
) -> ChunkStream {
    todo!("chapter 8: stream what comes out of the queue")
}
