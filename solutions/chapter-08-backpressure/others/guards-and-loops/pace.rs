//! The pace of a client: how much is worth reading at once for it.

use std::time::Duration;

/// How long the next chunk for one client should be.
#[derive(Debug, Clone)]
pub struct Pace {
    sizes: (usize, usize),
    /// How often the size was doubled.
    doubled: u32,
    /// Bytes to go until the next doubling.
    to_go: usize,
}

const RUN: usize = 4 << 20;

impl Pace {
    /// Chunks of `shortest` bytes at first, and of `longest` at most.
    pub fn new(shortest: usize, longest: usize) -> Self {
        Self {
            sizes: (shortest, longest.max(shortest)),
            doubled: 0,
            to_go: RUN,
        }
    }

    /// The length of the next chunk, in bytes.
    pub fn size(&self) -> usize {
        let (shortest, longest) = self.sizes;
        let size = 2_usize
            .checked_pow(self.doubled)
            .and_then(|times| shortest.checked_mul(times));
        size.map_or(longest, |size| size.min(longest))
    }

    /// Counts a chunk of so many bytes whose send took `waited`.
    pub fn took(&mut self, bytes: usize, waited: Duration) {
        let in_time = waited.as_millis() < 20;
        if !in_time {
            self.doubled = 0;
        }
        match self.to_go.checked_sub(bytes) {
            Some(to_go) if in_time && to_go > 0 => self.to_go = to_go,
            _ => {
                self.doubled += u32::from(
                    in_time && self.size() < self.sizes.1,
                );
                self.to_go = RUN;
            }
        }
    }
}
