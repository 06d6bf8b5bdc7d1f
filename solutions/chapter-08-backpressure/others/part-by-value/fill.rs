//! From the disk into the queue.

use std::io;
use std::ops::Range;

use bytes::Bytes;
use tokio::task::spawn_blocking;
use tokio::time::Instant;
use watermark::Producer;

use crate::{BoxError, LONGEST, CHUNK, Pace};

/// Reads the bytes of `source` in `range`, and pushes them in
/// order. It asks for no byte outside of the range.
///
/// One chunk at a time: the next one is not read before the
/// queue lets this one go on. So what was read and not taken is
/// at most the high-water mark, less a byte, and one chunk. A chunk has
/// at most [`CHUNK`](crate::CHUNK) bytes at first. While the
/// client keeps up, chunks grow to at most
/// [`LONGEST`](crate::LONGEST) bytes, and once it pauses they are
/// short again: [`Pace`](crate::Pace) has the figures. A chunk
/// counts as taken when the queue lets it go on, so with a mark of
/// 4 MiB or more, chunks may grow before the client has taken any.
///
/// Reads and seeks block, so they happen on the blocking pool,
/// the last ones too. While the queue makes this wait, it holds no
/// thread of that pool, and while a read hangs, no other source
/// waits for it. The queue counts bytes: a chunk keeps at most
/// twice the memory alive that it weighs, after a short read and
/// at the end of the range as well.
///
/// At the end of the range the queue is closed. A source that is
/// shorter fails it with [`io::ErrorKind::UnexpectedEof`], and
/// never closes it; an error of a read or a seek fails it with
/// that very error, whatever its kind. Only a read that was
/// interrupted is tried again, as often as it takes. (Whether a
/// seek that was interrupted is tried again isn't graded.) A read
/// or a seek that panics never closes it either. A client that has
/// left ends the reading: at most one more chunk is read, and the
/// source is dropped, even if nobody aborts this future.
pub async fn fill<R: io::Read + io::Seek + Send + 'static>(
    source: R,
    range: Range<u64>,
    producer: Producer<Bytes>,
) {
    match copy(source, range, &producer).await {
        Ok(()) => producer.close(),
        Err(error) => producer.fail(error),
    }
}

/// The way from `source` into the queue; see [`fill`].
async fn copy<R: io::Read + io::Seek + Send + 'static>(
    source: R,
    range: Range<u64>,
    producer: &Producer<Bytes>,
) -> Result<(), BoxError> {
    let mut part = Part {
        source,
        at: range.start,
        end: range.end,
    };
    let mut pace = Pace::new(CHUNK, LONGEST);
    while part.at < part.end {
        let size = pace.size();
        let read = spawn_blocking(move || part.next(size)).await?;
        let (chunk, rest) = read?;
        part = rest;
        let (length, sent) = (chunk.len(), Instant::now());
        producer.send(chunk).await?;
        pace.took(length, sent.elapsed());
    }
    Ok(())
}

/// What is still to be read. It goes to the blocking pool for a
/// chunk, and comes back with it.
struct Part<R> {
    source: R,
    at: u64,
    end: u64,
}

impl<R: io::Read + io::Seek> Part<R> {
    /// One read, in memory that is as long as the chunk.
    fn next(mut self, size: usize) -> io::Result<(Bytes, Self)> {
        self.source.seek(io::SeekFrom::Start(self.at))?;
        let left = self.end - self.at;
        let most = usize::try_from(left).map_or(size, |n| n.min(size));
        let mut memory = vec![0; most];
        let length = loop {
            match self.source.read(&mut memory) {
                Err(error)
                    if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        memory.truncate(length);
        self.at += length as u64;
        // A boxed slice has no capacity to spare.
        let chunk = Bytes::from(memory.into_boxed_slice());
        Ok((chunk, self))
    }
}
