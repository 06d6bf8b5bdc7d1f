//! Lines that come in chunks.

use bytes::{Bytes, BytesMut};

use crate::TextError;

/// Finds the lines in chunks. A line is bytes: whether it is text
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
    /// A line was too long: nothing more is kept.
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
    /// none: then at most one unfinished line waits. After an
    /// error it keeps nothing.
    pub fn push(&mut self, chunk: &[u8]) {
        //? todo!("chapter 6: add {} bytes", chunk.len())
        // ANCHOR: cut-push
        if !self.failed {
            self.buffer.extend_from_slice(chunk);
        }
        // ANCHOR_END: cut-push
    }

    /// The next whole line, without its end. `None`: push more.
    ///
    /// The end is `\n` or `\r\n`; a `\r` anywhere else belongs to
    /// the line. The line is split off the buffer and not
    /// copied, and no byte is searched twice.
    ///
    /// A line of more than `limit` bytes is
    /// [`TextError::LineTooLong`], after the lines in front of
    /// it. An unfinished one is too, as soon as no end can save
    /// it, or else a client that sends no line feed would fill
    /// the memory.
    ///
    /// Then no more lines come. What waits is given up with its
    /// memory, each later call is the same error, and `finish`
    /// is `None`.
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

    /// Nothing more comes: the last line, if it has no end. Call
    /// it when `next_line` gives `None`. It is not copied either.
    ///
    /// A `\r` at its end belongs to it now, and may make it one
    /// byte longer than `limit`.
    pub fn finish(&mut self) -> Option<Bytes> {
        //? todo!("chapter 6: is there a last line?")
        // ANCHOR: cut-finish
        self.searched = 0;
        let last = self.buffer.split().freeze();
        (!last.is_empty()).then_some(last)
        // ANCHOR_END: cut-finish
    }
}
