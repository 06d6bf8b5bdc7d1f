//! From the queue to the body: a stream of chunks.

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use watermark::{Consumer, QueueError};

use crate::{AbortOnDrop, BoxError};

/// The chunks of a body in order, each of them or an error.
pub type ChunkStream = BoxStream<'static, Result<Bytes, BoxError>>;

/// Streams what comes out of a queue, and ends where the queue was
/// closed. The stream owns `reader`, the task that fills the queue:
/// dropping the stream aborts it.
///
/// Nothing comes after the end, or after an error, so a loop over
/// the stream is over there; it may be polled again all the same.
///
/// # Errors
///
/// The error of a producer that failed, as it was; for one that
/// vanished, [`QueueError::Abandoned`].
pub fn chunk_stream(
    consumer: Consumer<Bytes>,
    reader: AbortOnDrop,
) -> ChunkStream {
    todo!("chapter 8: stream what comes out of the queue")
}
