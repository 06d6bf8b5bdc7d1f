//! The file body: a part of a file, read as the client takes it.

use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::stream::{Stream, StreamExt};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use watermark::{Watermarks, queue};

use crate::{AbortOnDrop, BoxError, ChunkStream, chunk_stream, fill};

/// A body whose length is known, and whose bytes are read when
/// there is room for them.
pub struct FileBody {
    /// `None` after the end, and after an error.
    stream: Option<ChunkStream>,
    /// Bytes still to come.
    left: u64,
}

impl FileBody {
    /// Makes a body of `length` bytes that come from `stream`.
    pub fn new(stream: ChunkStream, length: u64) -> Self {
        let stream = Some(stream);
        Self {
            stream,
            left: length,
        }
    }

    /// Makes a body of the bytes of `source` in `range`, which are
    /// read by a task of its own. The range counts from the
    /// source's beginning, wherever the source stands; one that
    /// ends before it begins is empty. No byte outside of it is
    /// asked for.
    ///
    /// At most `high_water_mark - 1` bytes and one chunk are read
    /// ahead of the client; a mark of 0 reads one chunk at a
    /// time. A chunk has at most [`CHUNK`](crate::CHUNK) bytes, 64
    /// KiB, for a client that hasn't kept up. For one that does,
    /// chunks grow to at most [`LONGEST`](crate::LONGEST), 256
    /// KiB, as [`fill`](crate::fill) says. A client that takes
    /// nothing stops the reader, and takes no thread of the
    /// blocking pool from others. When the body is dropped, the
    /// reader is aborted and the source is dropped.
    ///
    /// # Errors
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
        let reader = AbortOnDrop::spawn(reading);
        Self::new(chunk_stream(consumer, reader), length)
        // ANCHOR_END: cut-queued
    }

    /// Returns the chunks without the frames around them, for what
    /// changes them on their way, such as chapter 10's gzip. As
    /// with the body, nothing comes after the end, or after an
    /// error.
    pub fn into_chunks(self) -> ChunkStream {
        self.into_data_stream().boxed()
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = BoxError;

    /// Passes on the stream's next chunk, as a frame of data.
    ///
    /// `Pending` is returned only if the stream returned it: the
    /// stream has kept the waker then, and wakes the task when
    /// there is something. Nothing else wakes it. Every chunk makes
    /// [`size_hint`](Self::size_hint) smaller by its length.
    ///
    /// After the end, and after an error, there is no frame, and
    /// the stream isn't polled. It's dropped at once and not with
    /// the body, because dropping it aborts the reader, and hyper
    /// may keep a body for a while after its end.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        //? todo!("chapter 8: a frame, with {} bytes left", self.left)
        // ANCHOR: cut-poll_frame
        let Some(stream) = &mut self.stream else {
            return Poll::Ready(None);
        };
        let chunk = ready!(Pin::new(stream).poll_next(context));
        match &chunk {
            Some(Ok(chunk)) => {
                let length = chunk.len() as u64;
                self.left = self.left.saturating_sub(length);
            }
            Some(Err(_)) | None => self.stream = None,
        }
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
        // ANCHOR_END: cut-poll_frame
    }

    /// Exactly what is left: hyper makes `Content-Length` of it.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
