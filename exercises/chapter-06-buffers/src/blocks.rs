//! Letters that stand for addresses in memory, since addresses differ
//! with each run.
//!
//! We provide this file, which only prints.

/// Gives each address a letter, in the order in which the addresses
/// first appear.
#[derive(Default)]
pub(crate) struct Blocks {
    seen: Vec<*const u8>,
    asked: usize,
}

impl Blocks {
    /// Returns the letter that stands for this address.
    pub(crate) fn letter(&mut self, address: *const u8) -> char {
        self.asked += 1;
        let number = self.seen.iter().position(|&seen| seen == address);
        let number = number.unwrap_or_else(|| {
            self.seen.push(address);
            self.seen.len() - 1
        });
        // A table has fewer rows than the alphabet has letters.
        ('A'..='Z').nth(number).unwrap_or('?')
    }

    /// Returns how often a letter was asked for.
    pub(crate) fn rows(&self) -> usize {
        self.asked
    }

    /// Returns how many different addresses there were.
    pub(crate) fn count(&self) -> usize {
        self.seen.len()
    }
}
