//! From the queue to the body: a stream of chunks.

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use watermark::{Consumer, QueueError};

use crate::{AbortOnDrop, BoxError};

/// The chunks of a body in order; each item is a chunk or an error.
pub type ChunkStream = BoxStream<'static, Result<Bytes, BoxError>>;

/// Streams what comes out of a queue, and ends where the queue was
/// closed. The stream owns `reader`, the task that fills the queue, so
/// dropping the stream aborts it.
///
/// After its end, or after an error, the stream yields nothing more, so
/// a loop over it ends there. It may be polled again all the same.
///
/// # Errors
///
/// Yields the producer's own error if the producer failed, and
/// [`QueueError::Abandoned`] if it vanished.
pub fn chunk_stream(
    consumer: Consumer<Bytes>,
    reader: AbortOnDrop,
) -> ChunkStream {
    todo!("chapter 8: stream what comes out of the queue")
}
