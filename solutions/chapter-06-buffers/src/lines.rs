//! Finds the lines in data that arrives in chunks.

use bytes::{Bytes, BytesMut};

use crate::TextError;

/// Finds lines in chunks. A line is bytes, which don't have to be text.
#[derive(Debug)]
pub struct Lines {
    /// Bytes that were pushed and aren't part of a returned line yet.
    buffer: BytesMut,
    /// How many bytes at the beginning of `buffer` have been searched
    /// and contain no line feed.
    searched: usize,
    /// The maximum length of a line, in bytes, without its ending.
    limit: usize,
    /// A line was too long, so nothing more is kept.
    failed: bool,
}

impl Lines {
    /// Makes an empty buffer for lines of at most `limit` bytes, not
    /// counting their endings.
    pub fn new(limit: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            searched: 0,
            limit,
            failed: false,
        }
    }

    /// Adds a chunk. After each push, the caller takes lines until
    /// there are none left, so that only the unfinished line stays in
    /// the buffer. After an error, chunks are ignored.
    pub fn push(&mut self, chunk: &[u8]) {
        //? todo!("chapter 6: add {} bytes", chunk.len())
        // ANCHOR: cut-push
        if !self.failed {
            self.buffer.extend_from_slice(chunk);
        }
        // ANCHOR_END: cut-push
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
    /// `limit` bytes, once the lines before it have been returned. An
    /// unfinished line gets this error as soon as it must be too long
    /// wherever it ends, because otherwise a client that never sends a
    /// line feed would fill the memory.
    ///
    /// After this error, there are no more lines. The buffer is dropped
    /// together with its memory, each later call returns the same
    /// error, and `finish` returns `None`.
    pub fn next_line(&mut self) -> Result<Option<Bytes>, TextError> {
        //? todo!("chapter 6: find a line of {} bytes", self.limit)
        // ANCHOR: cut-next_line
        if self.failed {
            return Err(TextError::LineTooLong { limit: self.limit });
        }
        let fresh = &self.buffer[self.searched..];
        let found = fresh.iter().position(|&byte| byte == b'\n');
        let end = match found {
            Some(found) => self.searched + found,
            None => self.buffer.len(),
        };
        let line = &self.buffer[..end];
        let length = line.strip_suffix(b"\r").unwrap_or(line).len();
        if length > self.limit {
            self.failed = true;
            self.buffer = BytesMut::new();
            return Err(TextError::LineTooLong { limit: self.limit });
        }
        if found.is_none() {
            self.searched = end;
            return Ok(None);
        }
        let mut line = self.buffer.split_to(end + 1);
        line.truncate(length);
        self.searched = 0;
        Ok(Some(line.freeze()))
        // ANCHOR_END: cut-next_line
    }

    /// Returns the last line if it has no ending. Call it at the end of
    /// the data, when `next_line` returns `None`. This line isn't
    /// copied, either.
    ///
    /// A `\r` at the end of this line is part of it, which may make the
    /// line one byte longer than `limit`.
    pub fn finish(&mut self) -> Option<Bytes> {
        //? todo!("chapter 6: is there a last line?")
        // ANCHOR: cut-finish
        self.searched = 0;
        let last = self.buffer.split().freeze();
        (!last.is_empty()).then_some(last)
        // ANCHOR_END: cut-finish
    }
}
