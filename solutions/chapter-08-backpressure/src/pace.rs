//! The pace of a client: how much is worth reading at once for it.

use std::time::Duration;

/// A client that takes the next chunk this soon keeps up.
const SOON: Duration = Duration::from_millis(20);
/// How many bytes in a row it must take as soon before its chunks
/// grow: 64 of the short ones. The first ones only fill the
/// kernel's own buffers, which hold some MiB, so a client that
/// takes nothing looks fast until then.
const RUN: usize = 4 * 1024 * 1024;

/// How long the next chunk for one client should be.
///
/// Each chunk costs a trip to the blocking pool and two wakeups,
/// whatever its length, so a client that keeps up is better off
/// with long chunks. Memory is better off with short ones, because
/// a client that stalls keeps the chunks that it hasn't taken. So
/// chunks grow while the client keeps up, and shrink as soon as it
/// doesn't.
#[derive(Debug, Clone)]
pub struct Pace {
    shortest: usize,
    longest: usize,
    size: usize,
    /// Bytes that the client took soon, in a row, in chunks of
    /// this size.
    run: usize,
}

impl Pace {
    /// Chunks of `shortest` bytes at first, and of `longest` at
    /// most. If both are the same, they never change.
    pub fn new(shortest: usize, longest: usize) -> Self {
        Self {
            shortest,
            longest: longest.max(shortest),
            size: shortest,
            run: 0,
        }
    }

    /// The length of the next chunk, in bytes.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Counts a chunk of so many bytes whose send took `waited`.
    /// Must be called once for each chunk.
    ///
    /// A chunk that took `SOON` or longer brings back the shortest
    /// size, and the count starts again. Once `RUN` bytes in a row
    /// were taken sooner than that, the next chunks are twice as
    /// long, up to the longest, and the count starts again, too:
    /// at 0, however many bytes there were.
    /// Bytes and sizes may be as large as `usize::MAX`.
    pub fn took(&mut self, bytes: usize, waited: Duration) {
        //? todo!("chapter 8: {bytes} bytes were taken in {waited:?}")
        // ANCHOR: cut-took
        if waited >= SOON {
            (self.size, self.run) = (self.shortest, 0);
            return;
        }
        self.run = self.run.saturating_add(bytes);
        if self.run >= RUN {
            let twice = self.size.saturating_mul(2);
            (self.size, self.run) = (twice.min(self.longest), 0);
        }
        // ANCHOR_END: cut-took
    }
}
