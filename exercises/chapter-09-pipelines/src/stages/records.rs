//! Turns each line of a text into a JSON object.

use buffers::{Lines, TextError};
use bytes::Bytes;

use crate::{Output, PipelineError, Transform, json_string};

/// Turns each line of a text into a record in NDJSON: an object
/// such as `{"line":1,"text":"…"}`, followed by a line feed. The
/// first line has the number 1.
#[derive(Debug)]
pub struct Records {
    /// Splits the chunks into lines, and keeps the unfinished one.
    lines: Lines,
    /// Lines so far.
    count: u64,
    /// The limit for a line, in bytes, without its end.
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
    /// [`PipelineError::Stage`] with the line's number if the line
    /// isn't UTF-8. Replacing its bytes would lose them.
    fn record(&mut self, line: &[u8]) -> Result<Bytes, PipelineError> {
        todo!("chapter 9: a record of {} bytes", line.len())
    }
}

/// It makes no difference where the chunks are split.
///
/// # Errors
///
/// A line of more than `longest` bytes is [`PipelineError::Stage`]
/// with [`TextError::LineTooLong`](buffers::TextError::LineTooLong),
/// and so is a last line without an end. The records before it have
/// been sent by then.
impl Transform for Records {
    /// Sends the record of each line that's complete now.
    ///
    /// There may be many, and together they may be much longer than
    /// the chunk. So each record, or a small group of them, is sent
    /// before the next one is made. If the next stage is gone, no
    /// more are made, and the error of `send` is returned.
    async fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        todo!("chapter 9: transform {} bytes", input.len())
    }

    /// Sends the record of a last line without a line feed, and
    /// returns the error of `send`. If the text ended with a line
    /// feed, nothing is left to send.
    ///
    /// At the end of that line, a `\r` is text, so it counts. And
    /// [`Lines::finish`] doesn't check the limit.
    async fn finish(
        &mut self,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        todo!("chapter 9: send what is left")
    }
}
