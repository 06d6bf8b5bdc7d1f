//! Records: one JSON object for each line.

use buffers::Lines;
use bytes::Bytes;

use crate::{BoxError, Output, PipelineError, Transform};

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

    async fn group(
        &mut self,
        input: &[u8],
        group: &mut Vec<u8>,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        for part in input.split_inclusive(|byte| *byte == b'\n') {
            self.lines.push(part);
            loop {
                let line = match self.lines.next_line() {
                    Ok(Some(line)) => line,
                    Ok(None) => break,
                    Err(error) => {
                        return Err(PipelineError::Stage(error.into()));
                    }
                };
                group.extend_from_slice(&self.record(&line)?);
                if group.len() >= 16 * 1024 {
                    let full = std::mem::take(group);
                    output.send(full.into()).await?;
                }
            }
        }
        Ok(())
    }

    /// The record of the next line. A line that is not UTF-8 is
    /// an error of this stage, which says which line it is: to
    /// replace its bytes would be to lose them.
    fn record(&mut self, line: &[u8]) -> Result<Bytes, PipelineError> {
        self.count += 1;
        let wrong = |error| {
            let error: BoxError = format!("line {}: {error}", self.count).into();
            PipelineError::Stage(error)
        };
        let line = String::from_utf8(line.to_vec()).map_err(wrong)?;
        let mut record = Vec::with_capacity(line.len() + 32);
        record.extend_from_slice(b"{\"line\":");
        record.extend_from_slice(self.count.to_string().as_bytes());
        record.extend_from_slice(b",\"text\":");
        crate::json_string(&line, &mut record);
        record.extend_from_slice(b"}\n");
        Ok(Bytes::from(record))
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
        // Line by line, and the records in groups of 16 KiB.
        let mut group = Vec::new();
        let result = self.group(&input, &mut group, output).await;
        output.send(group.into()).await?;
        result
    }

    /// Sends the record of a last line that has no end. After a
    /// line feed nothing is left, and nothing is sent.
    async fn finish(&mut self, output: &mut Output) -> Result<(), PipelineError> {
        match self.lines.finish() {
            Some(line) if line.len() > self.longest => {
                let error = buffers::TextError::LineTooLong {
                    limit: self.longest,
                };
                Err(PipelineError::Stage(error.into()))
            }
            None => Ok(()),
            Some(line) => output.send(self.record(&line)?).await,
        }
    }
}
