//! Lines that come in chunks.

use bytes::{Buf, Bytes, BytesMut};

use crate::TextError;

/// Cuts lines out of chunks. A line is bytes: whether it is text
/// is another question.
#[derive(Debug)]
pub struct Lines {
    /// What was pushed and is in no line yet.
    buffer: BytesMut,
    /// So many bytes of it hold no line feed: they were searched
    /// already.
    searched: usize,
    /// The longest line, in bytes, without its end.
    limit: usize,
    /// A line was too long.
    failed: bool,
}

impl Lines {
    /// Lines of at most `limit` bytes, their ends not counted.
    pub fn new(limit: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            searched: 0,
            limit,
            failed: false,
        }
    }

    /// Adds a chunk. After each push, take lines until there is
    /// none: then at most one unfinished line waits.
    pub fn push(&mut self, chunk: &[u8]) {
        if !self.failed {
            self.buffer.extend_from_slice(chunk);
        }
    }

    /// The next whole line, without its end. `None`: push more.
    ///
    /// The end is `\n` or `\r\n`; a `\r` anywhere else belongs to
    /// the line. The line is cut out of the buffer and not
    /// copied, and no byte is searched twice.
    ///
    /// A line of more than `limit` bytes is
    /// [`TextError::LineTooLong`]. An unfinished one is too, as
    /// soon as no end can save it, or else a client that sends no
    /// line feed would fill the memory. Then no more lines come.
    pub fn next_line(&mut self) -> Result<Option<Bytes>, TextError> {
        if self.failed {
            return Err(self.too_long());
        }
        while let Some(&byte) = self.buffer.get(self.searched) {
            if byte == b'\n' {
                return self.cut().map(Some);
            }
            self.searched += 1;
        }
        // An end may still come, and a `\r` may be its first half.
        let least = match self.buffer.last() {
            Some(b'\r') => self.searched - 1,
            _ => self.searched,
        };
        if least > self.limit {
            return Err(self.too_long());
        }
        Ok(None)
    }

    /// Nothing more comes: the last line, if it has no end. Call
    /// it when `next_line` gives `None`. A `\r` at its end
    /// belongs to it.
    pub fn finish(&mut self) -> Option<Bytes> {
        self.searched = 0;
        let rest = self.buffer.split().freeze();
        (!rest.is_empty()).then_some(rest)
    }

    /// The line in front of the line feed at `searched`.
    fn cut(&mut self) -> Result<Bytes, TextError> {
        let mut line = self.buffer.split_to(self.searched);
        self.buffer.advance(1);
        self.searched = 0;
        if let Some((b'\r', front)) = line.split_last() {
            line.truncate(front.len());
        }
        if line.len() > self.limit {
            return Err(self.too_long());
        }
        Ok(line.freeze())
    }

    /// From here on nothing is kept: no more lines come.
    fn too_long(&mut self) -> TextError {
        self.failed = true;
        self.searched = 0;
        self.buffer = BytesMut::new();
        TextError::LineTooLong { limit: self.limit }
    }
}
