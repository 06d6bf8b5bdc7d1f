//! The fast body: what is in memory already is read at once.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use backpressure::{BoxError, CHUNK, FileBody, LONGEST, Pace};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use tokio::task::spawn_blocking;

/// The pieces for very many slow clients, in bytes.
const LEAN: usize = 16 * 1024;

/// The bytes of `file` in `range`, read when they are asked for.
///
/// A file that was read lately is in the kernel's page cache.
/// Linux says so: `preadv2` with `RWF_NOWAIT` gives the bytes, or
/// refuses without waiting for the disk. Then, and on other
/// systems, the read goes to the blocking pool. So the runtime
/// never waits, and a trip to the pool is rare.
///
/// Nothing is read ahead: the body holds one piece while it is
/// sent. Pieces grow from 64 to 256 KiB while the client keeps
/// up, and shrink again when it doesn't: see [`Pace`]. A file that
/// is shorter than `range` ends with
/// [`io::ErrorKind::UnexpectedEof`].
pub fn direct(file: File, range: Range<u64>) -> FileBody {
    in_pieces(file, range, Pace::new(CHUNK, LONGEST))
}

/// The same in pieces that stay small: what a slow client costs
/// is the piece that it has not taken.
pub(crate) fn lean(file: File, range: Range<u64>) -> FileBody {
    in_pieces(file, range, Pace::new(LEAN, LEAN))
}

fn in_pieces(file: File, range: Range<u64>, pace: Pace) -> FileBody {
    let length = range.end.saturating_sub(range.start);
    let reader = Reader {
        file: Arc::new(file),
        at: range.start,
        end: range.end,
        pace,
        given: None,
        buffers: Arc::default(),
    };
    let pieces = stream::unfold(Some(reader), async |reader| {
        let mut reader = reader?;
        match reader.next().await.transpose()? {
            Ok(piece) => Some((Ok(piece), Some(reader))),
            Err(error) => Some((Err(BoxError::from(error)), None)),
        }
    });
    FileBody::new(pieces.boxed(), length)
}

struct Reader {
    file: Arc<File>,
    at: u64,
    end: u64,
    pace: Pace,
    /// The length of the piece before, and when it was given.
    given: Option<(usize, Instant)>,
    buffers: Arc<Buffers>,
}

impl Reader {
    /// The next piece. `None`: all of the range was read.
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
        let read = cached(&self.file, &mut buffer[..wanted], at);
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
        let whole = Bytes::from_owner(Lent {
            buffer,
            buffers: Arc::clone(&self.buffers),
        });
        Ok(Some(whole.slice(..length)))
    }
}

/// Buffers that were sent, and can be filled again. A new one
/// would have to be filled with zeros first.
#[derive(Default)]
struct Buffers {
    free: Mutex<Vec<Vec<u8>>>,
}

impl Buffers {
    /// A buffer of at least `length` bytes.
    fn take(&self, length: usize) -> Vec<u8> {
        let mut free =
            self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let suits = |buffer: &Vec<u8>| buffer.len() == length;
        match free.iter().position(suits) {
            Some(at) => free.swap_remove(at),
            None => {
                // Those of another length are not wanted again.
                free.clear();
                vec![0; length]
            }
        }
    }
}

/// A buffer on its way to the client. Dropped, it comes back.
struct Lent {
    buffer: Vec<u8>,
    buffers: Arc<Buffers>,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        let free = &self.buffers.free;
        let mut free =
            free.lock().unwrap_or_else(PoisonError::into_inner);
        // One is filled while one is sent: more are not needed.
        if free.is_empty() {
            free.push(buffer);
        }
    }
}

/// Reads what is in memory, and never waits. An error says only
/// that the pool has to try.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn cached(
    file: &File,
    buffer: &mut [u8],
    at: u64,
) -> io::Result<usize> {
    use rustix::io::{ReadWriteFlags, preadv2};
    let buffers = &mut [io::IoSliceMut::new(buffer)];
    Ok(preadv2(file, buffers, at, ReadWriteFlags::NOWAIT)?)
}

/// Other systems do not say what is in memory.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn cached(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
    Err(io::ErrorKind::WouldBlock.into())
}

/// Reads at a place, and waits for the disk. 0 is the end.
fn read_at(
    file: &File,
    buffer: &mut [u8],
    at: u64,
) -> io::Result<usize> {
    loop {
        #[cfg(unix)]
        let read =
            std::os::unix::fs::FileExt::read_at(file, buffer, at);
        #[cfg(windows)]
        let read =
            std::os::windows::fs::FileExt::seek_read(file, buffer, at);
        match read {
            Err(error)
                if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}
