//! The whole source, counted.

use std::io::{self, Read};

use buffers::{Chunks, Lines, TextError, Utf8Decoder};

/// The longest line that is counted, in bytes.
const LIMIT: usize = 64 * 1024;

/// What was counted so far.
#[derive(Default)]
struct Totals {
    chunks: u64,
    bytes: u64,
    lines: u64,
    longest: usize,
}

/// Reads all of it, one chunk at a time.
pub(crate) fn shown(
    source: impl Read,
    size: usize,
) -> io::Result<String> {
    let mut chunks = Chunks::new(source, size);
    let (mut decoder, mut lines) =
        (Utf8Decoder::default(), Lines::new(LIMIT));
    let mut totals = Totals::default();
    let (mut text, mut cut) = (Ok(()), Ok(()));
    while let Some(chunk) = chunks.next()? {
        totals.chunks += 1;
        totals.bytes += chunk.len() as u64;
        if text.is_ok() {
            text = decoder.decode(&chunk).map(drop);
        }
        if cut.is_ok() {
            lines.push(&chunk);
            cut = totals.take(&mut lines);
        }
    }
    totals.last(&mut lines);
    let text = text.and_then(|()| decoder.finish());
    Ok(totals.told(text, cut))
}

impl Totals {
    /// Takes the lines that are whole.
    fn take(&mut self, lines: &mut Lines) -> Result<(), TextError> {
        while let Some(line) = lines.next_line()? {
            self.count(line.len());
        }
        Ok(())
    }

    /// Takes the line that has no end.
    fn last(&mut self, lines: &mut Lines) {
        if let Some(line) = lines.finish() {
            self.count(line.len());
        }
    }

    fn count(&mut self, length: usize) {
        self.lines += 1;
        self.longest = self.longest.max(length);
    }

    fn told(
        &self,
        text: Result<(), TextError>,
        cut: Result<(), TextError>,
    ) -> String {
        let Self {
            chunks,
            bytes,
            lines,
            longest,
        } = self;
        let text = told(text, "UTF-8".to_owned());
        let lines = told(
            cut,
            format!("{lines} lines, the longest of {longest}"),
        );
        format!(
            "\nAll of it: {bytes} bytes, {chunks} chunks\n\
             text: {text}\nlines: {lines}\n"
        )
    }
}

fn told(result: Result<(), TextError>, right: String) -> String {
    match result {
        Ok(()) => right,
        Err(error) => error.to_string(),
    }
}
