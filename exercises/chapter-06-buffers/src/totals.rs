//! Counts a whole source, one chunk at a time.

use std::io;

use crate::{Chunks, Lines, TextError, Utf8Decoder};

/// What was counted in a source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// How many chunks it came in.
    pub chunks: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// How many lines it has. A last line without an ending counts.
    pub lines: u64,
    /// The length of the longest line, in bytes, without its ending.
    pub longest: usize,
    /// Why it isn't text, if it isn't.
    pub text_error: Option<TextError>,
    /// Why the lines weren't counted to the end, if they weren't.
    pub line_error: Option<TextError>,
}

impl Totals {
    /// Reads all of `source` in chunks of at most `size` bytes, and
    /// counts. Lines may have at most `limit` bytes.
    ///
    /// Each chunk goes through a [`Utf8Decoder`] and through [`Lines`],
    /// and is dropped before the next one is read, so there's never
    /// more than one chunk and one line in memory. If one of the two
    /// fails, the other continues, so the lines of a file are counted
    /// even if it isn't text.
    ///
    /// # Errors
    ///
    /// Returns the errors of `source`.
    pub fn read<R: io::Read>(
        source: R,
        size: usize,
        limit: usize,
    ) -> io::Result<Self> {
        todo!("chapter 6: count chunks of {size} bytes")
    }

    /// Counts the complete lines.
    fn count(&mut self, lines: &mut Lines) -> Result<(), TextError> {
        todo!("chapter 6: count the lines that are whole")
    }

    /// Counts a line of `length` bytes.
    fn add(&mut self, length: usize) {
        self.lines += 1;
        self.longest = self.longest.max(length);
    }
}
