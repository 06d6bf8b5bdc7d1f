//! A whole source, counted one chunk at a time.

use std::io;

use crate::{Chunks, Lines, TextError, Utf8Decoder};

/// What a source holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// How many chunks it came in.
    pub chunks: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// How many lines it has.
    pub lines: u64,
    /// The longest of them.
    pub longest: usize,
    /// Why it isn't text, if it isn't.
    pub text_error: Option<TextError>,
    /// Why its lines were counted no further, if they weren't.
    pub line_error: Option<TextError>,
}

impl Totals {
    /// Reads all of `source` in chunks, and counts.
    pub fn read<R: io::Read>(
        source: R,
        size: usize,
        limit: usize,
    ) -> io::Result<Self> {
        let mut all = Self::default();
        let mut chunks = Chunks::new(source, size);
        let mut text = Ok(Utf8Decoder::default());
        let mut lines = Lines::new(limit);
        loop {
            let chunk = chunks.next()?;
            let bytes = chunk.as_deref().unwrap_or_default();
            all.chunks += u64::from(chunk.is_some());
            all.bytes += bytes.len() as u64;
            text = text.and_then(|mut decoder| {
                decoder.decode(bytes).map(|_| decoder)
            });
            lines.push(bytes);
            while all.line_error.is_none() {
                match lines.next_line() {
                    Ok(Some(line)) => all.line(line.len()),
                    Ok(None) => break,
                    Err(error) => all.line_error = Some(error),
                }
            }
            if chunk.is_none() {
                break;
            }
        }
        let text = text.and_then(|mut decoder| decoder.finish());
        all.text_error = text.err();
        lines.finish().iter().for_each(|line| all.line(line.len()));
        Ok(all)
    }

    fn line(&mut self, length: usize) {
        self.lines += 1;
        self.longest = length.max(self.longest);
    }
}
