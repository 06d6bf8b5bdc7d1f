//! Records: one JSON object for each line.

use buffers::Lines;
use bytes::Bytes;

use crate::{Output, PipelineError, Transform, json_string};

/// Makes a record of each line of a text, in NDJSON: an object a
/// line, such as `{"line":1,"text":"…"}` and a line feed. The
/// first line has the number 1.
#[derive(Debug)]
pub struct Records {
    /// Cuts the lines out of the chunks, and holds what is
    /// unfinished.
    lines: Lines,
    /// Lines so far.
    count: u64,
    /// The longest line, in bytes, without its end.
    longest: usize,
}

impl Records {
    /// Records of lines of at most `longest` bytes, their ends
    /// not counted.
    pub fn new(longest: usize) -> Self {
        Self {
            lines: Lines::new(longest),
            count: 0,
            longest,
        }
    }

    /// The record of the next line. A line that is not UTF-8 is
    /// an error of this stage, which says which line it is: to
    /// replace its bytes would be to lose them.
    fn record(&mut self, line: &[u8]) -> Result<Bytes, PipelineError> {
        self.count += 1;
        let number = self.count;
        let text = std::str::from_utf8(line).map_err(|error| {
            let what = format!("line {number} is no text: {error}");
            PipelineError::Stage(what.into())
        })?;
        let head = format!("{{\"line\":{number},\"text\":");
        let mut record = head.into_bytes();
        json_string(text, &mut record);
        record.extend_from_slice(b"}\n");
        Ok(record.into())
    }
}

/// Where the chunks are cut makes no difference. A line of more
/// than `longest` bytes is [`PipelineError::Stage`] with
/// [`TextError::LineTooLong`](buffers::TextError::LineTooLong).
impl Transform for Records {
    /// Sends the record of each line that is whole now. They may
    /// be many, and much longer than the chunk: each is sent
    /// before the next one is made.
    async fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        self.lines.push(&input);
        loop {
            let line = match self.lines.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(()),
                Err(long) => {
                    return Err(PipelineError::Stage(long.into()));
                }
            };
            output.send(self.record(&line)?).await?;
        }
    }

    /// Sends the record of a last line that has no end. After a
    /// line feed nothing is left, and nothing is sent.
    async fn finish(
        &mut self,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        match self.lines.finish() {
            Some(line) if line.len() > self.longest => {
                let error = buffers::TextError::LineTooLong {
                    limit: self.longest,
                };
                Err(PipelineError::Stage(error.into()))
            }
            Some(line) => output.send(self.record(&line)?).await,
            None => Ok(()),
        }
    }
}
