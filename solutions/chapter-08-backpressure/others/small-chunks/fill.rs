//! From the disk into the queue.

use std::io;
use std::ops::Range;

use bytes::Bytes;
use watermark::Producer;

use crate::BoxError;

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

/// Smaller than a chunk may be at first, and no divisor of one:
/// more trips to the blocking pool, and as right.
const STEP: usize = 4000;

/// The way from `source` into the queue; see [`fill`].
async fn copy<R: io::Read + io::Seek + Send + 'static>(
    source: R,
    range: Range<u64>,
    producer: &Producer<Bytes>,
) -> Result<(), BoxError> {
    use crate::{LONGEST, Pace};
    use buffers::{Chunks, detach};
    use tokio::task::spawn_blocking;
    let mut pace = Pace::new(STEP, LONGEST);
    let mut left = range.end.saturating_sub(range.start);
    let mut chunks = spawn_blocking(move || {
        let mut source = source;
        source.seek(io::SeekFrom::Start(range.start))?;
        io::Result::Ok(Chunks::new(source.take(left), STEP))
    })
    .await??;
    while left > 0 {
        chunks.set_size(pace.size());
        let (back, chunk) = spawn_blocking(move || {
            let chunk = chunks.next();
            (chunks, chunk)
        })
        .await?;
        chunks = back;
        let cut = io::Error::from(io::ErrorKind::UnexpectedEof);
        let mut chunk = chunk?.ok_or(cut)?;
        left -= chunk.len() as u64;
        if chunk.len() < pace.size() / 2 {
            // A view of a whole block would weigh too little.
            chunk = detach(&chunk);
        }
        let (length, sent) = (chunk.len(), std::time::Instant::now());
        producer.send(chunk).await?;
        pace.took(length, sent.elapsed());
    }
    Ok(())
}
