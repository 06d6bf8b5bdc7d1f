//! Frames: the pieces of a body, on their way to the client.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use http_body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

use crate::feeder::Feeder;
use crate::{BoxError, FileBody};

/// The pieces of a body in order, each of them or an error.
pub type Frames = BoxStream<'static, Result<Bytes, BoxError>>;

/// What comes out of the queue. The feeder lives as long as the
/// frames do.
pub(crate) fn frames(
    queue: mpsc::Receiver<Result<Bytes, BoxError>>,
    feeder: Feeder,
) -> Frames {
    let next = async |(mut queue, feeder): (mpsc::Receiver<_>, _)| {
        let piece = queue.recv().await?;
        Some((piece, (queue, feeder)))
    };
    stream::unfold((queue, feeder), next).boxed()
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = BoxError;

    /// The next piece. After the end, and after an error, nothing
    /// is polled any more.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(frames) = &mut self.frames else {
            return Poll::Ready(None);
        };
        let piece = ready!(Pin::new(frames).poll_next(context));
        match &piece {
            Some(Ok(piece)) => {
                let length = piece.len() as u64;
                self.left = self.left.saturating_sub(length);
            }
            // The reader ends here, and not when the body goes.
            Some(Err(_)) | None => self.frames = None,
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    /// Exactly what is left: hyper makes `Content-Length` of it.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
