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
    //? drop(source);
    //? todo!("chapter 8: bring {range:?} into {producer:?}")
    // ANCHOR: cut-copy
    use crate::{LONGEST, CHUNK, Pace};
    use tokio::sync::mpsc;
    use tokio::time::Instant;
    let mut pace = Pace::new(CHUNK, LONGEST);
    let (start, mut left) =
        (range.start, range.end.saturating_sub(range.start));
    // Not one of the pool: it is there as long as its client is.
    // A place is asked for before anything is read.
    let (ask, mut asked) = mpsc::channel::<usize>(1);
    let (give, mut given) = mpsc::channel::<io::Result<Bytes>>(1);
    std::thread::spawn(move || {
        let mut source = source;
        if let Err(error) = source.seek(io::SeekFrom::Start(start)) {
            let _ = give.blocking_send(Err(error));
            return;
        }
        while let Some(size) = asked.blocking_recv() {
            let mut block = bytes::BytesMut::zeroed(size);
            let read = loop {
                let read = source.read(&mut block);
                let kind = read.as_ref().map_err(io::Error::kind);
                if kind != Err(io::ErrorKind::Interrupted) {
                    break read;
                }
            };
            let chunk = read
                .map(|length| Bytes::copy_from_slice(&block[..length]));
            if give.blocking_send(chunk).is_err() {
                return;
            }
        }
    });
    while left > 0 {
        let size = left.min(pace.size() as u64) as usize;
        let _ = ask.send(size).await;
        let Some(chunk) = given.recv().await else {
            break;
        };
        let chunk = chunk?;
        if chunk.is_empty() {
            return Err(
                io::Error::from(io::ErrorKind::UnexpectedEof).into()
            );
        }
        left -= chunk.len() as u64;
        let (length, sent) = (chunk.len(), Instant::now());
        producer.send(chunk).await?;
        pace.took(length, sent.elapsed());
    }
    drop(ask);
    match given.recv().await {
        Some(Err(error)) => Err(error.into()),
        _ if left > 0 => Err("the reader vanished".into()),
        _ => Ok(()),
    }
    // ANCHOR_END: cut-copy
}
