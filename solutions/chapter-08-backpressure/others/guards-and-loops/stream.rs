//! From the queue to the body: a stream of chunks.

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use watermark::{Consumer, QueueError};

use crate::{AbortOnDrop, BoxError};

/// The chunks of a body in order, each of them or an error.
pub type ChunkStream = BoxStream<'static, Result<Bytes, BoxError>>;

enum Step {
    Pop(Consumer<Bytes>, AbortOnDrop),
    Over,
}

/// Streams what comes out of a queue.
pub fn chunk_stream(
    consumer: Consumer<Bytes>,
    reader: AbortOnDrop,
) -> ChunkStream {
    Box::pin(
        stream::unfold(Step::Pop(consumer, reader), |step| async {
            let Step::Pop(mut consumer, reader) = step else {
                return None;
            };
            let popped = consumer.pop().await;
            let item = match popped {
                Ok(None) => return None,
                Ok(Some(chunk)) => {
                    let next = Step::Pop(consumer, reader);
                    return Some((Ok(chunk), next));
                }
                Err(QueueError::Failed(error)) => error,
                Err(other) => Box::new(other),
            };
            Some((Err(item), Step::Over))
        })
        .fuse(),
    )
}
