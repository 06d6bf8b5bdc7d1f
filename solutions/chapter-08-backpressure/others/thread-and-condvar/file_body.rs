//! The file body: a part of a file, read as the client takes it.

use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
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
        use crate::{LONGEST, CHUNK, Pace};
        use buffers::{Chunks, detach};
        use futures_util::stream::{StreamExt, poll_fn};
        use std::collections::VecDeque;
        use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
        use std::task::Waker;
        #[derive(Default)]
        struct State {
            chunks: VecDeque<Bytes>,
            level: usize,
            end: Option<Result<(), BoxError>>,
            gone: bool,
            waker: Option<Waker>,
        }
        #[derive(Default)]
        struct Shared {
            state: Mutex<State>,
            room: Condvar,
        }
        impl Shared {
            fn lock(&self) -> MutexGuard<'_, State> {
                self.state
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
            }
        }
        /// Ends the thread when the body goes.
        struct Taker(Arc<Shared>);
        impl Drop for Taker {
            fn drop(&mut self) {
                let mut state = self.0.lock();
                state.gone = true;
                state.chunks.clear();
                self.0.room.notify_all();
            }
        }
        /// Tells the body when the thread ends, a panic included.
        struct Giver(Arc<Shared>);
        impl Giver {
            fn end(&self, end: Result<(), BoxError>) {
                let mut state = self.0.lock();
                if state.end.is_none() {
                    state.end = Some(end);
                }
                let waker = state.waker.take();
                drop(state);
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
        }
        impl Drop for Giver {
            fn drop(&mut self) {
                self.end(Err("the reader panicked".into()));
            }
        }
        let length = range.end.saturating_sub(range.start);
        let shared = Arc::new(Shared::default());
        let (giver, taker) =
            (Giver(Arc::clone(&shared)), Taker(Arc::clone(&shared)));
        std::thread::spawn(move || {
            let giver = giver;
            let mut left = length;
            let read = move || -> Result<(), BoxError> {
                let mut source = source;
                source.seek(io::SeekFrom::Start(range.start))?;
                let mut chunks = Chunks::new(source.take(left), CHUNK);
                let mut pace = Pace::new(CHUNK, LONGEST);
                let mut before = 0;
                while left > 0 {
                    let asked = std::time::Instant::now();
                    let mut state = shared.lock();
                    while !state.gone
                        && !state.chunks.is_empty()
                        && state.level >= high_water_mark
                    {
                        state = shared
                            .room
                            .wait(state)
                            .unwrap_or_else(PoisonError::into_inner);
                    }
                    if state.gone {
                        return Ok(());
                    }
                    drop(state);
                    pace.took(before, asked.elapsed());
                    chunks.set_size(pace.size());
                    let cut =
                        io::Error::from(io::ErrorKind::UnexpectedEof);
                    let mut chunk = chunks.next()?.ok_or(cut)?;
                    left -= chunk.len() as u64;
                    if chunk.len() < pace.size() / 2 {
                        chunk = detach(&chunk);
                    }
                    before = chunk.len();
                    let mut state = shared.lock();
                    state.level += before;
                    state.chunks.push_back(chunk);
                    let waker = state.waker.take();
                    drop(state);
                    if let Some(waker) = waker {
                        waker.wake();
                    }
                }
                Ok(())
            };
            let end = read();
            giver.end(end);
        });
        let frames = poll_fn(move |context| {
            let mut state = taker.0.lock();
            if let Some(chunk) = state.chunks.pop_front() {
                state.level -= chunk.len();
                taker.0.room.notify_all();
                return Poll::Ready(Some(Ok(chunk)));
            }
            match &mut state.end {
                Some(end) => {
                    let end = std::mem::replace(end, Ok(()));
                    Poll::Ready(end.err().map(Err))
                }
                None => {
                    state.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        });
        Self::new(frames.boxed(), length)
    }

    /// The chunks without the frames around them: for whoever
    /// changes them on their way, such as chapter 10's gzip. As
    /// with the body, nothing comes after the end, or after an
    /// error.
    pub fn into_chunks(mut self) -> ChunkStream {
        use futures_util::stream::{StreamExt, poll_fn};
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
