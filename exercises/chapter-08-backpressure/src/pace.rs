//! The pace of a client: how much is worth reading for it at once.

use std::time::Duration;

/// A client keeps up if it takes the next chunk within this time.
const SOON: Duration = Duration::from_millis(20);
/// How many bytes in a row a client must take that fast before its
/// chunks grow: 64 short chunks. The first chunks only fill the
/// kernel's buffers, which hold a few MiB, and until these are full,
/// even a client that takes nothing looks fast.
const RUN: usize = 4 * 1024 * 1024;

/// Decides how long the next chunk for one client should be.
///
/// Each chunk costs a trip to the blocking pool and two wakeups,
/// whatever its length, so for a client that keeps up, long chunks are
/// better. For memory, short chunks are better, because a client that
/// stalls keeps the chunks that it hasn't taken. So chunks grow while
/// the client keeps up, and are short again as soon as it falls behind.
#[derive(Debug, Clone)]
pub struct Pace {
    shortest: usize,
    longest: usize,
    size: usize,
    /// How many bytes in a row, in chunks of this size, the client has
    /// taken in time.
    run: usize,
}

impl Pace {
    /// Starts with chunks of `shortest` bytes, which can grow to at
    /// most `longest` bytes. If the two sizes are equal, chunks always
    /// have that size.
    pub fn new(shortest: usize, longest: usize) -> Self {
        Self {
            shortest,
            longest: longest.max(shortest),
            size: shortest,
            run: 0,
        }
    }

    /// Returns the length of the next chunk, in bytes.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Counts a chunk of `bytes` bytes whose `send` took `waited`. Must
    /// be called once for each chunk.
    ///
    /// If the send took `SOON` or longer, the next chunks have the
    /// shortest size, and the count starts again. Once `RUN` bytes in a
    /// row were sent faster than that, the next chunks are twice as
    /// long, up to the longest, and the count starts again at 0,
    /// whatever it was. Bytes and sizes may be as large as
    /// `usize::MAX`.
    pub fn took(&mut self, bytes: usize, waited: Duration) {
        todo!("chapter 8: {bytes} bytes were taken in {waited:?}")
    }
}
