//! A file, or anything that can be read, as chunks.

use std::io;

use bytes::{Bytes, BytesMut};

/// Reads chunk by chunk, into memory that it uses again.
#[derive(Debug)]
pub struct Chunks<R> {
    reader: R,
    /// Empty between two calls. Its memory is that of the last chunk.
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
    /// The next chunk then gets new memory, because in the memory of a
    /// longer chunk, a short one would keep more alive than it shows.
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

    /// Returns the next 1 to `size` bytes, as many as one read
    /// delivers, so a short read is a short chunk. Each read is asked
    /// for `size` bytes. Blocks while the reader does.
    ///
    /// Returns `None` at the end. After that it keeps returning `None`,
    /// without asking the reader again.
    ///
    /// The chunk is the memory that the reader wrote into, not a copy.
    /// If it's dropped before the next call, that call uses its memory
    /// again and allocates none, not even for a moment. If it's kept,
    /// it stays as it is, and the next chunk gets memory of its own.
    ///
    /// # Errors
    ///
    /// Returns the reader's error as it is, whatever its kind. Only a
    /// read that was interrupted is tried again, as often as necessary.
    /// What a call does after an error isn't graded.
    // No `Iterator`: that would say "an error, and then go on".
    #[expect(clippy::should_implement_trait)]
    pub fn next(&mut self) -> io::Result<Option<Bytes>> {
        //? todo!("chapter 6: read at most {} bytes", self.size)
        // ANCHOR: cut-next
        if self.ended {
            return Ok(None);
        }
        // Empty first: otherwise `resize` would keep what is left
        // of the memory, and ask for more behind it.
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
