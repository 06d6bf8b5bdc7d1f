//! Lines: the first messages in a stream of bytes.

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::ConnectionError;

/// How many bytes each read asks for, if you read into an array.
const CHUNK: usize = 1024;

/// Finds the lines in what a peer sends.
#[derive(Debug)]
pub struct LineReader<T> {
    transport: T,
    /// Bytes that were read and not returned yet. They're kept here,
    /// and not in a variable of `next`, because dropping the future of
    /// `next` must not lose them.
    buffer: Vec<u8>,
    /// How many bytes at the beginning of `buffer` have been searched
    /// and contain no line feed. They aren't searched again.
    searched: usize,
    /// The maximum length of a line, in bytes, without its end.
    limit: usize,
}

impl<T: AsyncRead + Unpin> LineReader<T> {
    /// Returns a reader of lines from `transport`. A line may have at
    /// most `limit` bytes, not counting its end.
    pub fn new(transport: T, limit: usize) -> Self {
        Self {
            transport,
            buffer: Vec::new(),
            searched: 0,
            limit,
        }
    }

    /// Returns the transport so that you can write a response to it.
    /// Bytes that were read already stay in the reader.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.transport
    }

    /// Returns the next line, without its end. A line is bytes, which
    /// don't have to be text.
    ///
    /// A line ends with a line feed, and a carriage return right before
    /// it is part of that end. `None` means that the peer closed its
    /// direction after a complete line, or before the first one.
    ///
    /// Any limit is allowed: 0 permits only empty lines, and
    /// `usize::MAX` any line. The memory depends on the bytes that have
    /// arrived and weren't returned yet, never on the limit. No byte is
    /// searched twice, even if each read delivers only a few.
    ///
    /// # Errors
    ///
    /// `UnexpectedEnd` if the peer closes its direction in the middle
    /// of a line.
    ///
    /// `LineTooLong` for a line above the limit, even if its end never
    /// comes. Before that, at most 64 KiB more than the limit are read
    /// and held. The first byte above the limit may turn out to be the
    /// carriage return of the line's end, so you may wait for the
    /// second one before you reject the line.
    ///
    /// `Io` if a read fails, whatever the kind of its error. Only a
    /// read that was interrupted may be tried again. After an error,
    /// the reader can't be used anymore.
    ///
    /// # Cancellation
    ///
    /// The future may be dropped while it waits, as `select!` does. The
    /// next call continues from there.
    pub async fn next(
        &mut self,
    ) -> Result<Option<Vec<u8>>, ConnectionError> {
        //? todo!("chapter 3: read until there is a line")
        // ANCHOR: cut-next
        loop {
            if let Some(line) = self.take_line()? {
                return Ok(Some(line));
            }
            let mut chunk = [0; CHUNK];
            match self.transport.read(&mut chunk).await? {
                0 if self.buffer.is_empty() => return Ok(None),
                0 => return Err(ConnectionError::UnexpectedEnd),
                length => {
                    self.buffer.extend_from_slice(&chunk[..length]);
                }
            }
        }
        // ANCHOR_END: cut-next
    }

    /// Removes the first line from the buffer, and returns it without
    /// its end. Returns `None` if the end hasn't arrived yet.
    ///
    /// # Errors
    ///
    /// `LineTooLong` for a line that is above the limit, or whose end
    /// hasn't arrived but can only come above it.
    fn take_line(
        &mut self,
    ) -> Result<Option<Vec<u8>>, ConnectionError> {
        //? todo!("chapter 3: look for a line in the buffer")
        // ANCHOR: cut-take_line
        let new = &self.buffer[self.searched..];
        let Some(found) = new.iter().position(|&byte| byte == b'\n')
        else {
            self.searched = self.buffer.len();
            // The last byte may be a carriage return.
            self.fits(self.searched.saturating_sub(1))?;
            return Ok(None);
        };
        let end = self.searched + found;
        let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
        self.searched = 0;
        line.pop();
        line.pop_if(|last| *last == b'\r');
        self.fits(line.len())?;
        Ok(Some(line))
        // ANCHOR_END: cut-take_line
    }

    /// Checks that a line of `length` bytes is within the limit. A line
    /// of exactly the limit is.
    ///
    /// # Errors
    ///
    /// `LineTooLong` if it's longer than the limit.
    fn fits(&self, length: usize) -> Result<(), ConnectionError> {
        //? todo!("chapter 3: do {length} bytes fit?")
        // ANCHOR: cut-fits
        let limit = self.limit;
        if length > limit {
            return Err(ConnectionError::LineTooLong { limit });
        }
        Ok(())
        // ANCHOR_END: cut-fits
    }
}
