//! The fast body, which reads bytes at once if they're in memory
//! already.
//!
//! We provide this file. Chapter 8's body is yours, and this one shows
//! what it takes to gain the last third of the speed.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use backpressure::{BoxError, CHUNK, FileBody, LONGEST, Pace};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use tokio::task::spawn_blocking;

use crate::bodies::buffer_pool::BufferPool;
use crate::bodies::read_nowait::{read_at, read_nowait};

/// The length of the chunks for many slow clients, in bytes.
const LEAN: usize = 16 * 1024;

/// Returns a body with the bytes in `range` of `file`, which are read
/// only when they're asked for.
///
/// A file that was read recently is in the kernel's page cache. On
/// Linux, `preadv2` with `RWF_NOWAIT` returns the bytes if they're in
/// the cache, and refuses otherwise, without waiting for the disk. If
/// it refuses, and on other systems, the read goes to the blocking
/// pool. So the runtime never waits for the disk, and trips to the pool
/// are rare.
///
/// Nothing is read ahead: the body holds a single chunk, the one that's
/// being sent. Chunks grow from 64 to 256 KiB while the client keeps
/// up, and shrink again when it doesn't; see [`Pace`]. If the file is
/// shorter than `range`, the body fails with
/// [`io::ErrorKind::UnexpectedEof`].
pub fn direct(file: File, range: Range<u64>) -> FileBody {
    in_chunks(file, range, Pace::new(CHUNK, LONGEST))
}

/// Returns the same body with chunks that stay small, because each slow
/// client keeps one chunk in memory.
pub(crate) fn lean(file: File, range: Range<u64>) -> FileBody {
    in_chunks(file, range, Pace::new(LEAN, LEAN))
}

fn in_chunks(file: File, range: Range<u64>, pace: Pace) -> FileBody {
    let length = range.end.saturating_sub(range.start);
    let reader = Reader {
        file: Arc::new(file),
        at: range.start,
        end: range.end,
        pace,
        given: None,
        buffers: Arc::default(),
    };
    let chunks = stream::unfold(Some(reader), async |reader| {
        let mut reader = reader?;
        match reader.next().await.transpose()? {
            Ok(chunk) => Some((Ok(chunk), Some(reader))),
            Err(error) => Some((Err(BoxError::from(error)), None)),
        }
    });
    FileBody::new(chunks.boxed(), length)
}

struct Reader {
    file: Arc<File>,
    at: u64,
    end: u64,
    pace: Pace,
    /// The length of the previous chunk, and when it was handed out.
    given: Option<(usize, Instant)>,
    buffers: Arc<BufferPool>,
}

impl Reader {
    /// Returns the next chunk, or `None` after the end of the range.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let left = self.end.saturating_sub(self.at);
        if left == 0 {
            return Ok(None);
        }
        if let Some((bytes, at)) = self.given {
            self.pace.took(bytes, at.elapsed());
        }
        let size = self.pace.size();
        let wanted = left.min(size as u64) as usize;
        let mut buffer = self.buffers.take(size);
        let at = self.at;
        let read = read_nowait(&self.file, &mut buffer[..wanted], at);
        let length = match read {
            Ok(length) => length,
            Err(_) => {
                let file = Arc::clone(&self.file);
                let reading = spawn_blocking(move || {
                    let length =
                        read_at(&file, &mut buffer[..wanted], at)?;
                    io::Result::Ok((buffer, length))
                });
                let (back, length) =
                    reading.await.map_err(io::Error::other)??;
                buffer = back;
                length
            }
        };
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += length as u64;
        self.given = Some((length, Instant::now()));
        Ok(Some(self.buffers.lend(buffer, length)))
    }
}
