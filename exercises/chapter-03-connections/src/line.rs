//! Lines: the first messages in a stream of bytes.

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::ConnectionError;

/// How many bytes one read asks for.
const CHUNK: usize = 1024;

/// Finds lines in what a peer sends.
#[derive(Debug)]
pub struct LineReader<T> {
    transport: T,
    /// What was read and not given out yet. It is kept here, and
    /// not in a variable of `next`: whoever drops the future of
    /// `next` must not lose it.
    buffer: Vec<u8>,
    /// So many bytes of `buffer` hold no line feed: nobody needs
    /// to look at them again.
    searched: usize,
    /// The longest line, in bytes, without its end.
    limit: usize,
}

impl<T: AsyncRead + Unpin> LineReader<T> {
    /// Reads from `transport`. `limit` is the longest line, in
    /// bytes, without its end.
    pub fn new(transport: T, limit: usize) -> Self {
        Self {
            transport,
            buffer: Vec::new(),
            searched: 0,
            limit,
        }
    }

    /// The transport, to answer on it. What was read already
    /// stays here.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.transport
    }

    /// The next line, without its end. A line is bytes: they need
    /// not be text.
    ///
    /// A line ends with a line feed; one carriage return right
    /// before it belongs to the end. `None` says that the peer
    /// ended its direction after a whole line, or before the
    /// first. In the middle of a line, that is `UnexpectedEnd`.
    ///
    /// A line above the limit is `LineTooLong`, also when its end
    /// never comes: at most 64 KiB more than the limit are read
    /// and held for it. Of a line without an end, the first byte
    /// above the limit may still become a carriage return, so it
    /// is early enough to refuse the second one.
    ///
    /// Any limit will do: 0 leaves empty lines, `usize::MAX` is
    /// no limit. Memory follows the longest line that has come,
    /// and what came behind it, never the limit. However little
    /// each read brings, no byte is searched twice.
    ///
    /// A read that fails is `Io`, whatever its kind; only one that
    /// was interrupted may be tried again. After an error, the
    /// reader is of no more use.
    ///
    /// The future may be dropped while it waits, as `select!`
    /// does: the next call goes on where this one was.
    pub async fn next(
        &mut self,
    ) -> Result<Option<Vec<u8>>, ConnectionError> {
        todo!("chapter 3: read until there is a line")
    }

    /// Takes the first line out of the buffer, and strips its
    /// end. `None`: its end has not come yet. `LineTooLong`: it
    /// is above the limit, or can only become so.
    fn take_line(
        &mut self,
    ) -> Result<Option<Vec<u8>>, ConnectionError> {
        todo!("chapter 3: look for a line in the buffer")
    }

    /// Fails with `LineTooLong` if a line of `length` bytes is above
    /// the limit. A line of exactly the limit fits.
    fn fits(&self, length: usize) -> Result<(), ConnectionError> {
        todo!("chapter 3: do {length} bytes fit?")
    }
}
