//! Reads a file, or anything else that can be read, in chunks.

use std::io;

use bytes::{Bytes, BytesMut};

/// Reads chunk by chunk, and reuses the memory of chunks that were
/// dropped.
#[derive(Debug)]
pub struct Chunks<R> {
    reader: R,
    /// Empty between two calls, but it still refers to the memory of
    /// the last chunk.
    buffer: BytesMut,
    /// The maximum length of a chunk, in bytes.
    size: usize,
    /// The reader has reported its end.
    ended: bool,
}

impl<R: io::Read> Chunks<R> {
    /// Makes chunks of at most `size` bytes. A size of 0 means 1,
    /// because a read into no memory would look like the end.
    pub fn new(reader: R, size: usize) -> Self {
        Self {
            reader,
            buffer: BytesMut::new(),
            size: size.max(1),
            ended: false,
        }
    }

    /// Changes the size of the chunks to come; here, too, 0 means 1.
    /// The next chunk gets new memory, because a short chunk in the
    /// memory of a longer one would keep more memory alive than it
    /// shows.
    pub fn set_size(&mut self, size: usize) {
        //? todo!("chapter 6: chunks of {size} bytes from now on")
        // ANCHOR: cut-set_size
        let size = size.max(1);
        if size != self.size {
            self.size = size;
            self.buffer = BytesMut::new();
        }
        // ANCHOR_END: cut-set_size
    }

    /// Returns the next chunk, which is what one read delivers: at
    /// least 1 and at most `size` bytes. Each read asks for `size`
    /// bytes. Blocks while the reader blocks.
    ///
    /// Returns `None` at the end. After that it keeps returning `None`,
    /// without asking the reader again.
    ///
    /// The chunk is the memory that the reader wrote into, not a copy.
    /// If the chunk is dropped before the next call, that call reuses
    /// its memory and doesn't allocate at all. If it's kept, its bytes
    /// stay as they are, and the next chunk gets memory of its own.
    ///
    /// # Errors
    ///
    /// Returns the reader's error unchanged, whatever its kind. Only a
    /// read that was interrupted is tried again, as often as necessary.
    /// What a call does after an error isn't graded.
    // Not an `Iterator`, because iteration would continue after an
    // error.
    #[expect(clippy::should_implement_trait)]
    pub fn next(&mut self) -> io::Result<Option<Bytes>> {
        //? todo!("chapter 6: read at most {} bytes", self.size)
        // ANCHOR: cut-next
        if self.ended {
            return Ok(None);
        }
        // Clear it first. Otherwise `resize` would keep the bytes that
        // are left in it, and ask for more memory after them.
        self.buffer.clear();
        self.buffer.resize(self.size, 0);
        let length = loop {
            match self.reader.read(&mut self.buffer) {
                Err(error)
                    if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        if length == 0 {
            self.ended = true;
            return Ok(None);
        }
        Ok(Some(self.buffer.split_to(length).freeze()))
        // ANCHOR_END: cut-next
    }
}
