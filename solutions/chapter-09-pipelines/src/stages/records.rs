//! Records: one JSON object for each line.

use buffers::{Lines, TextError};
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
        //? todo!("chapter 9: a record of {} bytes", line.len())
        // ANCHOR: cut-record
        self.count += 1;
        let text = std::str::from_utf8(line).map_err(|error| {
            let what = format!("line {}: {error}", self.count);
            PipelineError::Stage(what.into())
        })?;
        let begin = format!("{{\"line\":{},\"text\":", self.count);
        let mut record = begin.into_bytes();
        json_string(text, &mut record);
        record.extend_from_slice(b"}\n");
        Ok(record.into())
        // ANCHOR_END: cut-record
    }
}

/// Where the chunks are cut makes no difference. A line of more
/// than `longest` bytes is [`PipelineError::Stage`] with
/// [`TextError::LineTooLong`](buffers::TextError::LineTooLong).
/// That holds for a last line without an end too. The records
/// before it have been sent by then.
impl Transform for Records {
    /// Sends the record of each line that is whole now. They may
    /// be many, and much longer than the chunk: each, or a small
    /// group of them, is sent before the next one is made. When
    /// the next stage has left, no more are made, and the error
    /// of `send` is returned.
    async fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        //? todo!("chapter 9: transform {} bytes", input.len())
        // ANCHOR: cut-transform
        let wrong =
            |error: TextError| PipelineError::Stage(error.into());
        self.lines.push(&input);
        while let Some(line) = self.lines.next_line().map_err(wrong)? {
            let record = self.record(&line)?;
            output.send(record).await?;
        }
        Ok(())
        // ANCHOR_END: cut-transform
    }

    /// Sends the record of a last line that has no end, and returns
    /// the error of `send`. After a line feed nothing is left, and
    /// nothing is sent.
    ///
    /// Without a line feed after it, a `\r` is text: it counts,
    /// and [`Lines::finish`] doesn't look at the limit.
    async fn finish(
        &mut self,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        //? todo!("chapter 9: send what is left")
        // ANCHOR: cut-finish
        if let Some(line) = self.lines.finish() {
            if line.len() > self.longest {
                let limit = self.longest;
                let error = TextError::LineTooLong { limit };
                return Err(PipelineError::Stage(error.into()));
            }
            let record = self.record(&line)?;
            output.send(record).await?;
        }
        Ok(())
        // ANCHOR_END: cut-finish
    }
}
