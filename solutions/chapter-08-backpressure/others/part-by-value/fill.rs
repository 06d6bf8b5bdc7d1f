//! From the disk into the queue.

use std::io;
use std::ops::Range;

use bytes::Bytes;
use tokio::task::spawn_blocking;
use watermark::Producer;

use crate::{BoxError, PIECE};

/// Reads the bytes of `source` in `range`, and pushes them in
/// pieces of at most [`PIECE`](crate::PIECE) bytes, in order.
///
/// One piece at a time: the next one is not read before the
/// queue lets this one go on. So what was read and not taken is
/// at most the high mark, less a byte, and one piece.
///
/// Reads block, so they happen on the blocking pool. The queue
/// counts bytes: a piece must not keep more memory alive than it
/// weighs, also after a short read.
///
/// At the end of the range the queue is closed. A source that is
/// shorter fails it with [`io::ErrorKind::UnexpectedEof`], and
/// never closes it; an error of the source fails it with that
/// error. A client that has left ends the reading.
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
    while part.at < part.end {
        let read = spawn_blocking(move || part.next()).await?;
        let (piece, rest) = read?;
        part = rest;
        producer.send(piece).await?;
    }
    Ok(())
}

/// What is still to be read. It goes to the blocking pool for a
/// piece, and comes back with it.
struct Part<R> {
    source: R,
    at: u64,
    end: u64,
}

impl<R: io::Read + io::Seek> Part<R> {
    /// One read, in memory that is as long as the piece.
    fn next(mut self) -> io::Result<(Bytes, Self)> {
        self.source.seek(io::SeekFrom::Start(self.at))?;
        let left = self.end - self.at;
        let most =
            usize::try_from(left).map_or(PIECE, |n| n.min(PIECE));
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
        let piece = Bytes::from(memory.into_boxed_slice());
        Ok((piece, self))
    }
}
