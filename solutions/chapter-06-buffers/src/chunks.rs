//! A file, or anything that can be read, as chunks.

use std::io;

use bytes::{Bytes, BytesMut};

/// Reads chunk by chunk into memory that it uses again.
#[derive(Debug)]
pub struct Chunks<R> {
    reader: R,
    /// Between two calls it is empty. Its memory is that of the
    /// last chunk.
    buffer: BytesMut,
    /// The longest chunk, in bytes.
    size: usize,
    /// The reader has said that nothing more comes.
    ended: bool,
}

impl<R: io::Read> Chunks<R> {
    /// Chunks of at most `size` bytes. A size of 0 means 1: a
    /// read into no memory would look like the end.
    pub fn new(reader: R, size: usize) -> Self {
        Self {
            reader,
            buffer: BytesMut::new(),
            size: size.max(1),
            ended: false,
        }
    }

    /// Changes the size of the chunks to come; 0 means 1 here too.
    /// The next chunk gets new memory then: in the memory of a
    /// longer one, a short chunk would keep more than it shows.
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

    /// The next 1 to `size` bytes, as many as one read gives: a
    /// short read is a short chunk. Each read is asked for `size`
    /// bytes. Blocks while the reader does.
    ///
    /// `None` is the end, and it stays the end: the reader is not
    /// asked again. A read that was interrupted is tried again,
    /// as often as it takes. Every other error, whatever its
    /// kind, is given on as it is, and whoever gets it stops;
    /// what a further call does then is not graded.
    ///
    /// The chunk is the memory that the reader wrote into, and no
    /// copy. When it is dropped before the next call, that call
    /// uses its memory again, and asks for no other, not even for
    /// a moment. When it is kept, it stays as it is, and the next
    /// chunk gets memory of its own.
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
