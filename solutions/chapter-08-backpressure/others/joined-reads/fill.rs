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

/// The way from `source` into the queue; see [`fill`].
async fn copy<R: io::Read + io::Seek + Send + 'static>(
    source: R,
    range: Range<u64>,
    producer: &Producer<Bytes>,
) -> Result<(), BoxError> {
    use crate::{LONGEST, CHUNK, Pace};
    use io::Read as _;
    use std::sync::{Arc, Mutex, PoisonError};
    use tokio::task::spawn_blocking;
    use tokio::time::Instant;
    let source = Arc::new(Mutex::new(source));
    let mut left = range.end.saturating_sub(range.start);
    let mut pace = Pace::new(CHUNK, LONGEST);
    let (mut before, mut pushed) = (0, Instant::now());
    let mut sought = false;
    // Waits for room before it reads, and not after it has pushed.
    loop {
        producer.drained().await?;
        pace.took(before, pushed.elapsed());
        let reader = Arc::clone(&source);
        let most = left.min(pace.size() as u64);
        let (bytes, ended) = spawn_blocking(move || {
            let mut source =
                reader.lock().unwrap_or_else(PoisonError::into_inner);
            if !sought {
                source.seek(io::SeekFrom::Start(range.start))?;
            }
            // Short reads are joined into one chunk.
            let mut bytes = Vec::with_capacity(most as usize);
            let read =
                source.by_ref().take(most).read_to_end(&mut bytes);
            bytes.shrink_to_fit();
            io::Result::Ok((bytes, read))
        })
        .await??;
        sought = true;
        before = bytes.len();
        left -= before as u64;
        if !bytes.is_empty() {
            producer.push(Bytes::from(bytes))?;
        }
        pushed = Instant::now();
        ended?;
        if (before as u64) < most {
            let cut = io::Error::from(io::ErrorKind::UnexpectedEof);
            return Err(cut.into());
        }
        if left == 0 {
            return Ok(());
        }
    }
}
