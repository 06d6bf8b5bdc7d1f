//! Turns each line of text into a JSON object.

use buffers::{Lines, TextError};
use bytes::Bytes;

use crate::{Output, PipelineError, Transform, json_string};

/// Turns each line of text into a record in NDJSON: an object such as
/// `{"line":1,"text":"…"}`, followed by a line feed. The first line has
/// the number 1.
#[derive(Debug)]
pub struct Records {
    /// Splits the chunks into lines, and holds the unfinished line.
    lines: Lines,
    /// How many lines there were so far.
    count: u64,
    /// The maximum length of a line, in bytes, without its end.
    longest: usize,
}

impl Records {
    /// Creates a transform for lines of at most `longest` bytes,
    /// without their ends.
    pub fn new(longest: usize) -> Self {
        Self {
            lines: Lines::new(longest),
            count: 0,
            longest,
        }
    }

    /// Returns the record of the next line.
    ///
    /// # Errors
    ///
    /// [`PipelineError::Stage`], with the line's number, if the line
    /// isn't UTF-8. (Replacing the invalid bytes would lose data.)
    fn record(&mut self, line: &[u8]) -> Result<Bytes, PipelineError> {
        todo!("chapter 9: a record of {} bytes", line.len())
    }
}

/// The records don't depend on where the chunks are split.
///
/// # Errors
///
/// [`PipelineError::Stage`] with
/// [`TextError::LineTooLong`](buffers::TextError::LineTooLong) for a
/// line of more than `longest` bytes, including a last line that has no
/// end. The records before that line are sent first.
impl Transform for Records {
    /// Sends the record of each line that's now complete.
    ///
    /// There may be many records, and together they may be much longer
    /// than the chunk. So each record, or a small group of them, is
    /// sent before the next one is made. If the next stage is gone, no
    /// more records are made, and the error of `send` is returned.
    async fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        todo!("chapter 9: transform {} bytes", input.len())
    }

    /// Sends the record of a last line that has no line feed. If the
    /// text ended with a line feed, nothing is left to send. Returns
    /// the error of `send`, if there is one.
    ///
    /// A `\r` at the end of that line is part of it, so it counts
    /// toward the limit, which [`Lines::finish`] doesn't check.
    async fn finish(
        &mut self,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        todo!("chapter 9: send what is left")
    }
}
