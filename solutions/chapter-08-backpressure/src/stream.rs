//! Frames: the pieces of a body, on their way to the client.

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use watermark::{Consumer, QueueError};

use crate::{BoxError, Feeder};

/// The pieces of a body in order, each of them or an error.
pub type Frames = BoxStream<'static, Result<Bytes, BoxError>>;

/// What comes out of a queue. The feeder lives as long as the
/// frames do: dropping them stops the reader.
///
/// The error of a producer that failed comes out as it was; one
/// that vanished is an error too. Nothing comes after an error, or
/// after the end, so a loop over the frames is over there.
pub fn frames(consumer: Consumer<Bytes>, feeder: Feeder) -> Frames {
    let next = async |queue: Option<(Consumer<Bytes>, Feeder)>| {
        let (mut consumer, feeder) = queue?;
        match consumer.pop().await {
            Ok(piece) => Some((Ok(piece?), Some((consumer, feeder)))),
            Err(QueueError::Failed(error)) => Some((Err(error), None)),
            Err(error) => Some((Err(error.into()), None)),
        }
    };
    stream::unfold(Some((consumer, feeder)), next)
        .fuse()
        .boxed()
}
