//! Lines that come in chunks.

use bytes::{Bytes, BytesMut};

use crate::TextError;

/// Finds lines in chunks. A line is bytes; whether it's text is another
/// question.
#[derive(Debug)]
pub struct Lines {
    /// What was pushed and isn't part of a returned line yet.
    buffer: BytesMut,
    /// How many bytes at its beginning have been searched and contain
    /// no line feed.
    searched: usize,
    /// The maximum length of a line, in bytes, without its ending.
    limit: usize,
    /// A line was too long, so nothing more is kept.
    failed: bool,
}

impl Lines {
    /// Makes lines of at most `limit` bytes, not counting their
    /// endings.
    pub fn new(limit: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            searched: 0,
            limit,
            failed: false,
        }
    }

    /// Adds a chunk. After each push, take lines until there are none
    /// left, so that at most one unfinished line is waiting. After an
    /// error, the chunk is ignored.
    pub fn push(&mut self, chunk: &[u8]) {
        todo!("chapter 6: add {} bytes", chunk.len())
    }

    /// Returns the next complete line, without its ending, or `None` if
    /// more has to be pushed first.
    ///
    /// The ending is `\n` or `\r\n`; a `\r` anywhere else is part of
    /// the line. The line is split off the buffer, not copied, and no
    /// byte is searched twice.
    ///
    /// # Errors
    ///
    /// Returns [`TextError::LineTooLong`] for a line of more than
    /// `limit` bytes, after the lines before it. That includes an
    /// unfinished line as soon as no ending could make it short enough,
    /// because otherwise a client that sends no line feed would fill
    /// the memory.
    ///
    /// After this error, there are no more lines. What's waiting is
    /// dropped together with its memory, each later call returns the
    /// same error, and `finish` returns `None`.
    pub fn next_line(&mut self) -> Result<Option<Bytes>, TextError> {
        todo!("chapter 6: find a line of {} bytes", self.limit)
    }

    /// Returns the last line if it has no ending; nothing more comes.
    /// Call it when `next_line` returns `None`. This line isn't copied,
    /// either.
    ///
    /// A `\r` at its end is part of the line here, and may make it one
    /// byte longer than `limit`.
    pub fn finish(&mut self) -> Option<Bytes> {
        todo!("chapter 6: is there a last line?")
    }
}
