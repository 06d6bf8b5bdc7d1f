//! The file body: a part of a file, read as the client takes it.

use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::stream::{Stream, StreamExt, poll_fn};
use http_body::{Body, Frame, SizeHint};
use watermark::{Watermarks, queue};

use crate::{BoxError, Feeder, Frames, fill, frames};

/// A body whose length is known, and whose bytes are read when
/// there is room for them.
pub struct FileBody {
    /// `None` after the end, and after an error.
    frames: Option<Frames>,
    /// Bytes still to come.
    left: u64,
}

impl FileBody {
    /// A body of `length` bytes that come from `frames`.
    pub fn new(frames: Frames, length: u64) -> Self {
        let frames = Some(frames);
        Self {
            frames,
            left: length,
        }
    }

    /// The bytes of `source` in `range`. The range counts from the
    /// source's beginning, wherever the source stands; one that
    /// ends before it begins is empty. No byte outside of it is
    /// asked for.
    ///
    /// At most `high_water_mark - 1` bytes and one piece are read
    /// ahead of the client; a mark of 0 reads one piece at a
    /// time. A piece has at most [`PIECE`](crate::PIECE) bytes, 64
    /// KiB, for a client that hasn't kept up. For one that does,
    /// pieces grow to at most [`LONGEST`](crate::LONGEST), 256
    /// KiB, as [`fill`](crate::fill) says. A client that takes
    /// nothing stops the reader, and takes no thread of the
    /// blocking pool from others. When the body is dropped, the
    /// reader ends and the source is dropped.
    ///
    /// A source that is shorter than `range` ends with
    /// [`io::ErrorKind::UnexpectedEof`], and never as if it were
    /// complete; an error of a read or a seek ends the body as it
    /// is, and a read or a seek that panics is an error too. Reads
    /// and seeks block, so they happen on the blocking pool. Must
    /// be called inside a runtime.
    pub fn queued<R: io::Read + io::Seek + Send + 'static>(
        source: R,
        range: Range<u64>,
        high_water_mark: usize,
    ) -> Self {
        //? todo!("chapter 8: queue {range:?}, at most {high_water_mark}")
        // ANCHOR: cut-queued
        let length = range.end.saturating_sub(range.start);
        let marks =
            Watermarks::new(high_water_mark / 2, high_water_mark);
        let (producer, consumer) = queue(marks);
        let reading = Box::pin(fill(source, range, producer));
        Self::new(frames(consumer, Feeder::spawn(reading)), length)
        // ANCHOR_END: cut-queued
    }

    /// The pieces without the frames around them: for whoever
    /// changes them on their way, such as chapter 10's gzip. As
    /// with the body, nothing comes after the end, or after an
    /// error.
    pub fn into_frames(mut self) -> Frames {
        let next = move |context: &mut Context<'_>| {
            let frame = ready!(Pin::new(&mut self).poll_frame(context));
            let piece = |frame: Frame<Bytes>| {
                // A file has no trailers.
                frame.into_data().unwrap_or_default()
            };
            Poll::Ready(frame.map(|frame| frame.map(piece)))
        };
        poll_fn(next).boxed()
    }
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
