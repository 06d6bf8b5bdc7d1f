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
        //? todo!("chapter 6: count chunks of {size} bytes")
        // ANCHOR: cut-read
        let mut totals = Self::default();
        let mut chunks = Chunks::new(source, size);
        let mut decoder = Utf8Decoder::default();
        let mut lines = Lines::new(limit);
        // ANCHOR: read
        while let Some(chunk) = chunks.next()? {
            totals.chunks += 1;
            totals.bytes += chunk.len() as u64;
            if totals.text_error.is_none() {
                totals.text_error = decoder.decode(&chunk).err();
            }
            if totals.line_error.is_none() {
                lines.push(&chunk);
                totals.line_error = totals.count(&mut lines).err();
            }
        }
        // ANCHOR_END: read
        if totals.text_error.is_none() {
            totals.text_error = decoder.finish().err();
        }
        if let Some(last) = lines.finish() {
            totals.add(last.len());
        }
        Ok(totals)
        // ANCHOR_END: cut-read
    }

    /// Counts the complete lines.
    fn count(&mut self, lines: &mut Lines) -> Result<(), TextError> {
        //? todo!("chapter 6: count the lines that are whole")
        // ANCHOR: cut-count
        while let Some(line) = lines.next_line()? {
            self.add(line.len());
        }
        Ok(())
        // ANCHOR_END: cut-count
    }

    /// Counts a line of `length` bytes.
    fn add(&mut self, length: usize) {
        self.lines += 1;
        self.longest = self.longest.max(length);
    }
}
