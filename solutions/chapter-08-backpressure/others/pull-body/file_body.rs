//! The file body: a part of a file, read as the client takes it.

use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::Stream;
use http_body::{Body, Frame, SizeHint};

use crate::{BoxError, ChunkStream};

/// A body whose length is known, and whose bytes are read when
/// there is room for them.
pub struct FileBody {
    /// `None` after the end, and after an error.
    stream: Option<ChunkStream>,
    /// Bytes still to come.
    left: u64,
}

impl FileBody {
    /// A body of `length` bytes that come from `frames`.
    pub fn new(stream: ChunkStream, length: u64) -> Self {
        let stream = Some(stream);
        Self {
            stream,
            left: length,
        }
    }

    /// The bytes of `source` in `range`. The range counts from the
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
        // Nothing runs beside the client: who asks for a chunk has it
        // read. The mark is not used, since nothing is read ahead.
        let _ = high_water_mark;
        let length = range.end.saturating_sub(range.start);
        let state = Some(State {
            source,
            at: range.start,
            end: range.end,
            pace: crate::Pace::new(crate::CHUNK, crate::LONGEST),
            given: None,
        });
        let frames = futures_util::stream::unfold(state, next);
        Self::new(frames.boxed(), length)
    }

    /// The chunks without the frames around them: for whoever
    /// changes them on their way, such as chapter 10's gzip. As
    /// with the body, nothing comes after the end, or after an
    /// error.
    pub fn into_chunks(mut self) -> ChunkStream {
        use futures_util::stream::poll_fn;
        let next = move |context: &mut Context<'_>| {
            let frame = ready!(Pin::new(&mut self).poll_frame(context));
            let chunk = |frame: Frame<Bytes>| {
                // A file has no trailers.
                frame.into_data().unwrap_or_default()
            };
            Poll::Ready(frame.map(|frame| frame.map(chunk)))
        };
        poll_fn(next).boxed()
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = BoxError;

    /// The next chunk. After the end, and after an error, nothing
    /// is polled any more.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(stream) = &mut self.stream else {
            return Poll::Ready(None);
        };
        let chunk = ready!(Pin::new(stream).poll_next(context));
        match &chunk {
            Some(Ok(chunk)) => {
                let length = chunk.len() as u64;
                self.left = self.left.saturating_sub(length);
            }
            // The reader ends here, and not when the body goes.
            Some(Err(_)) | None => self.stream = None,
        }
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }

    /// Exactly what is left: hyper makes `Content-Length` of it.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// What is still to be read.
struct State<R> {
    source: R,
    at: u64,
    end: u64,
    pace: crate::Pace,
    /// The length of the chunk before, and when it was given.
    given: Option<(usize, Instant)>,
}

async fn next<R: io::Read + io::Seek + Send + 'static>(
    state: Option<State<R>>,
) -> Option<(Result<Bytes, BoxError>, Option<State<R>>)> {
    let mut state = state.filter(|state| state.at < state.end)?;
    if let Some((bytes, at)) = state.given {
        state.pace.took(bytes, at.elapsed());
    }
    let task = tokio::task::spawn_blocking(move || {
        let chunk = read(&mut state);
        (state, chunk)
    });
    match task.await {
        Ok((mut state, Ok(chunk))) => {
            state.at += chunk.len() as u64;
            state.given = Some((chunk.len(), Instant::now()));
            Some((Ok(chunk), Some(state)))
        }
        Ok((_, Err(error))) => Some((Err(error.into()), None)),
        Err(error) => Some((Err(error.into()), None)),
    }
}

/// Fills a chunk, however short the reads are.
fn read<R: io::Read + io::Seek>(
    state: &mut State<R>,
) -> io::Result<Bytes> {
    let left = state.end - state.at;
    let length = left.min(state.pace.size() as u64) as usize;
    let mut chunk = vec![0; length];
    state.source.seek(io::SeekFrom::Start(state.at))?;
    state.source.read_exact(&mut chunk)?;
    Ok(chunk.into())
}
