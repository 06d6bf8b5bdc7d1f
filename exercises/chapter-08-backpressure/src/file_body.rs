//! The file body: a part of a file that's read as the client takes it.

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

/// A body of known length, whose bytes are read only when there's room
/// for them.
pub struct FileBody {
    /// The chunks. `None` after the end, and after an error.
    stream: Option<ChunkStream>,
    /// How many bytes are still to come.
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

    /// Makes a body of the bytes in `range` of `source`, which a new
    /// task reads.
    ///
    /// The range counts from the beginning of the source, whatever its
    /// current position. A range that ends before it begins is empty.
    /// Bytes outside the range are never read.
    ///
    /// At most `high_water_mark - 1` bytes and one chunk are read ahead
    /// of the client; with a mark of 0, one chunk at a time. A chunk
    /// has at most [`CHUNK`](crate::CHUNK) bytes, 64 KiB, until the
    /// client has kept up for a while, and then grows to at most
    /// [`LONGEST`](crate::LONGEST), 256 KiB, as [`fill`](crate::fill)
    /// describes. If the client takes nothing, the reader stops, and it
    /// occupies no thread of the blocking pool while it waits. Dropping
    /// the body aborts the reader and drops the source.
    ///
    /// Reads and seeks block, so they run on the blocking pool.
    ///
    /// # Errors
    ///
    /// The body fails with [`io::ErrorKind::UnexpectedEof`] if `source`
    /// is shorter than `range`, and with the source's own error if a
    /// read or a seek fails. If one of them panics, the body fails,
    /// too. It never ends as if it were complete.
    ///
    /// # Panics
    ///
    /// Panics if it's called outside a runtime.
    pub fn queued<R: io::Read + io::Seek + Send + 'static>(
        source: R,
        range: Range<u64>,
        high_water_mark: usize,
    ) -> Self {
        todo!("chapter 8: queue {range:?}, at most {high_water_mark}")
    }

    /// Returns the chunks without their frames, for code that changes
    /// the bytes, such as chapter 10's gzip. Like the body, the stream
    /// yields nothing after its end or after an error.
    pub fn into_chunks(self) -> ChunkStream {
        self.into_data_stream().boxed()
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = BoxError;

    /// Returns the stream's next chunk as a data frame.
    ///
    /// Returns `Pending` only if the stream did. In that case, the
    /// stream has kept the waker, and it wakes the task when there's a
    /// chunk. Nothing else would wake it. Every chunk reduces
    /// [`size_hint`](Self::size_hint) by its length.
    ///
    /// After the end, or after an error, there are no more frames, and
    /// the stream isn't polled again. The stream is dropped right away,
    /// because that aborts the reader, and hyper may keep the body
    /// itself for a while.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        todo!("chapter 8: a frame, with {} bytes left", self.left)
    }

    /// Returns the exact number of bytes left, from which hyper makes
    /// the `Content-Length`.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
