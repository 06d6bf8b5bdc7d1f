//! Lines that come in chunks.

use bytes::{Bytes, BytesMut};

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
}

impl Lines {
    /// Lines of at most `limit` bytes, their ends not counted.
    pub fn new(limit: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            searched: 0,
            limit,
        }
    }

    /// Adds a chunk. After each push, take lines until there is
    /// none: then at most one unfinished line waits.
    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
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
        todo!("chapter 6: find a line of {} bytes", self.limit)
    }

    /// Nothing more comes: the last line, if it has no end. Call
    /// it when `next_line` gives `None`. A `\r` at its end
    /// belongs to it.
    pub fn finish(&mut self) -> Option<Bytes> {
        todo!("chapter 6: is there a last line?")
    }
}
