//! Frames: the pieces of a body, on their way to the client.

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use watermark::{Consumer, QueueError};

use crate::{BoxError, Feeder};

/// The pieces of a body in order, each of them or an error.
pub type Frames = BoxStream<'static, Result<Bytes, BoxError>>;

/// What comes out of a queue. The feeder lives as long as the
/// frames do: who drops them stops the reader.
///
/// The error of a producer that failed comes out as it was; one
/// that vanished is an error too.
pub fn frames(consumer: Consumer<Bytes>, feeder: Feeder) -> Frames {
    let next =
        async |(mut consumer, feeder): (Consumer<Bytes>, Feeder)| {
            let piece = match consumer.pop().await {
                Ok(piece) => piece?,
                Err(QueueError::Failed(error)) => {
                    return Some((Err(error), (consumer, feeder)));
                }
                Err(error) => {
                    return Some((
                        Err(error.into()),
                        (consumer, feeder),
                    ));
                }
            };
            Some((Ok(piece), (consumer, feeder)))
        };
    stream::unfold((consumer, feeder), next).boxed()
}
