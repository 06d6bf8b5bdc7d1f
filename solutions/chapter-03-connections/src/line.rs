//! Lines: the first messages in a stream of bytes.

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::ConnectionError;

/// How many bytes one read asks for.
const CHUNK: usize = 1024;

/// Finds the lines in what a peer sends.
#[derive(Debug)]
pub struct LineReader<T> {
    transport: T,
    /// What was read and not returned yet. It is kept here, and
    /// not in a variable of `next`, because dropping the future
    /// of `next` must not lose it.
    buffer: Vec<u8>,
    /// How many bytes of `buffer` are known to hold no line feed.
    /// Nobody needs to look at them again.
    searched: usize,
    /// The longest line, in bytes, without its end.
    limit: usize,
}

impl<T: AsyncRead + Unpin> LineReader<T> {
    /// Returns a reader of `transport`. `limit` is the longest
    /// line, in bytes, without its end.
    pub fn new(transport: T, limit: usize) -> Self {
        Self {
            transport,
            buffer: Vec::new(),
            searched: 0,
            limit,
        }
    }

    /// Returns the transport so that you can write a response to it. Whatever
    /// was read already stays here.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.transport
    }

    /// Returns the next line, without its end. A line is bytes,
    /// which need not be text.
    ///
    /// A line ends with a line feed, and one carriage return
    /// right before it belongs to the end. `None` means that the
    /// peer closed its direction after a whole line, or before
    /// the first one.
    ///
    /// Any limit will do: 0 leaves empty lines, and `usize::MAX`
    /// is no limit. The memory depends on the longest line that
    /// has arrived, and what came after it, and never on the
    /// limit. However little each read brings, no byte is
    /// searched twice.
    ///
    /// # Errors
    ///
    /// `UnexpectedEnd` if the peer closes its direction in the
    /// middle of a line.
    ///
    /// `LineTooLong` for a line above the limit, even if its end
    /// never comes: at most 64 KiB more than the limit are read
    /// and held for it. In a line without an end, the first byte
    /// above the limit may still turn out to be a carriage
    /// return, so it is early enough to reject the second one.
    ///
    /// `Io` if a read fails, whatever the kind of its error. Only
    /// a read that was interrupted may be tried again. After an
    /// error, the reader is of no more use.
    ///
    /// # Cancellation
    ///
    /// The future may be dropped while it waits, as `select!`
    /// does: the next call continues where this one was.
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

    /// Takes the first line out of the buffer, and strips its
    /// end. Returns `None` if the end hasn't arrived yet.
    ///
    /// # Errors
    ///
    /// `LineTooLong` for a line that is above the limit, or that
    /// can only end above it.
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

    /// Fails with `LineTooLong` if a line of `length` bytes is above
    /// the limit. A line of exactly the limit fits.
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
