//! The pace of a client: how much is worth reading at once for it.

use std::time::Duration;

/// A client that takes the next piece this soon keeps up.
const SOON: Duration = Duration::from_millis(20);
/// How many bytes in a row it must take as soon before its pieces
/// grow: 64 of the short ones. At first they only fill the
/// kernel's own buffers, which hold some MiB: a client that takes
/// nothing looks fast until then.
const RUN: usize = 4 * 1024 * 1024;

/// How long the next piece for one client should be.
///
/// Each piece costs a trip to the blocking pool and two wakeups,
/// whatever its length, so a client that keeps up is better off
/// with long pieces. Memory is better off with short ones, because
/// a client that stalls keeps the pieces that it hasn't taken. So
/// pieces grow while the client keeps up, and shrink as soon as it
/// doesn't.
///
/// After 4 MiB in a row, each piece of which was taken within
/// 20 ms, the next pieces are twice as long, up to the longest. A
/// piece that takes 20 ms or more brings back the shortest, and
/// the count starts again.
#[derive(Debug, Clone)]
pub struct Pace {
    shortest: usize,
    longest: usize,
    size: usize,
    /// Bytes that the client took soon, in a row, in pieces of
    /// this size.
    run: usize,
}

impl Pace {
    /// Pieces of `shortest` bytes at first, and of `longest` at
    /// most. If both are the same, they never change.
    pub fn new(shortest: usize, longest: usize) -> Self {
        Self {
            shortest,
            longest: longest.max(shortest),
            size: shortest,
            run: 0,
        }
    }

    /// The length of the next piece, in bytes.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Counts a piece of so many bytes, whose send took `waited`.
    /// Must be called once for each piece.
    pub fn took(&mut self, bytes: usize, waited: Duration) {
        if waited >= SOON {
            (self.size, self.run) = (self.shortest, 0);
            return;
        }
        self.run = self.run.saturating_add(bytes);
        if self.run >= RUN {
            let twice = self.size.saturating_mul(2);
            (self.size, self.run) = (twice.min(self.longest), 0);
        }
    }
}
