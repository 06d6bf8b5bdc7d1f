//! Reads from the disk into the queue.

use std::io;
use std::ops::Range;

use buffers::{Chunks, detach};
use bytes::Bytes;
use tokio::task::spawn_blocking;
use watermark::Producer;

use crate::{BoxError, CHUNK, LONGEST, Pace};

/// Reads `range` from `source` and sends it through `producer`, in
/// order, in chunks. Bytes outside the range are never read.
///
/// Only one chunk is in flight: the next read starts when the queue has
/// accepted the previous chunk and has room for more. So at most
/// `high_water_mark - 1` bytes plus one chunk have been read but not
/// yet taken by the client. A chunk has at most [`CHUNK`](crate::CHUNK)
/// bytes at first. While the client keeps up, chunks grow to at most
/// [`LONGEST`](crate::LONGEST) bytes, and when the client pauses,
/// they're short again; [`Pace`](crate::Pace) has the figures. Only the
/// wait for the client counts, not the time of a read. (Whether your
/// code can tell a slow disk from a slow client isn't graded, because
/// that check would depend on durations.) A chunk counts as taken when
/// the queue lets `fill` continue, so with a mark of 4 MiB or more,
/// chunks may grow before the client has taken any.
///
/// Every read and every seek runs on the blocking pool, because they
/// block. While `fill` waits for room, it holds no thread of that pool,
/// and a read that hangs doesn't hold up other sources. The queue
/// counts the bytes of a chunk, not its memory, so a chunk must not
/// keep more than twice its length alive, even after a short read or at
/// the end of the range.
///
/// At the end of the range, the queue is closed. If the client
/// disconnects, at most one more chunk is read, and then the source is
/// dropped, even if nobody aborts this future.
///
/// # Errors
///
/// Instead of being closed, the queue is failed with
/// [`io::ErrorKind::UnexpectedEof`] if `source` ends before `range`
/// does, and with the source's own error if a read or a seek fails,
/// whatever its kind. Only a read that was interrupted is tried again,
/// as often as necessary. (Whether an interrupted seek is tried again
/// isn't graded.) If a read or a seek panics, the queue isn't closed,
/// either.
pub async fn fill<R: io::Read + io::Seek + Send + 'static>(
    source: R,
    range: Range<u64>,
    producer: Producer<Bytes>,
) {
    match read_into(source, range, &producer).await {
        Ok(()) => producer.close(),
        Err(error) => producer.fail(error),
    }
}

/// Moves `range` from `source` into the queue; see [`fill`].
async fn read_into<R: io::Read + io::Seek + Send + 'static>(
    mut source: R,
    range: Range<u64>,
    producer: &Producer<Bytes>,
) -> Result<(), BoxError> {
    todo!("chapter 8: read {range:?} into the queue")
}
