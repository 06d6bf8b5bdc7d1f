//! The chunked coding: a body in chunks, each of which says its length
//! (RFC 9112, section 7.1).
//!
//! ```text
//! 5 CR LF          the size, in hexadecimal digits
//! hello CR LF      so many bytes, then the end of the line
//! 0 CR LF          a chunk of size 0 is the last one
//! X-Sum: 7 CR LF   trailers, if there are any
//! CR LF            an empty line ends the body
//! ```

use crate::MessageError;

/// The maximum length of a line, in bytes, without its end.
const LINE: usize = 1024;
/// The maximum number of trailer lines.
const TRAILERS: usize = 16;

/// Takes the data out of a body in the chunked coding, however
/// the body is split.
#[derive(Debug, Default)]
pub struct ChunkedDecoder {
    state: State,
    /// How many trailer lines were read so far.
    trailers: usize,
}

/// What the decoder expects next.
#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    /// The line with the size of a chunk.
    #[default]
    Size,
    /// This many more bytes of a chunk. With 0, the end of the line
    /// after them.
    Data(u64),
    /// A trailer line, or the empty line that ends the body.
    Trailer,
    /// Nothing more: the body is complete.
    Done,
}

impl ChunkedDecoder {
    /// Decodes as much of `input` as it can, one [`step`](Self::step)
    /// at a time, and appends the bytes of the body to `output`.
    ///
    /// Returns how many bytes of `input` were used. The caller removes
    /// them, and calls again with the rest and the bytes that arrive
    /// next. Bytes after the end of the body aren't used, and once the
    /// body is complete, this returns 0.
    ///
    /// # Errors
    ///
    /// The errors of `step`.
    pub fn decode(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<usize, MessageError> {
        todo!("chapter 4: decode {} bytes", input.len())
    }

    /// Returns whether the last chunk and its trailers were read. Until
    /// then, the body is incomplete, however many bytes have arrived.
    pub fn finished(&self) -> bool {
        self.state == State::Done
    }

    /// Decodes the next element of the coding at the beginning of
    /// `input`. Returns how many bytes it used, including line breaks,
    /// or 0 if more bytes have to arrive first. The element depends on
    /// the state:
    ///
    /// - `Size`: one line with the size. A size of 0 is followed by the
    ///   trailers, and any other size by the bytes of the chunk.
    /// - `Data`, above 0: as many bytes of the chunk as have arrived.
    ///   They are appended to `output`, which must grow only by bytes
    ///   that have arrived, never by the announced size.
    /// - `Data(0)`: an empty line, which is followed by the next size.
    /// - `Trailer`: one line. An empty line ends the body. Every other
    ///   line, with or without a colon, is discarded and counted by
    ///   `next_trailer`.
    /// - `Done`: this function isn't called anymore.
    ///
    /// [`line_of`](crate::line_of) finds a line of at most `LINE` bytes
    /// in `input`, and returns it without the two bytes of its end.
    ///
    /// # Errors
    ///
    /// `Chunk` if `input` breaks these rules.
    pub fn step(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<usize, MessageError> {
        todo!("chapter 4: take the next part: {:?}", self.state)
    }

    /// Counts a trailer line, and returns the next state.
    ///
    /// # Errors
    ///
    /// `Chunk` if there are more than `TRAILERS`, because otherwise a
    /// client could send trailers forever.
    fn next_trailer(&mut self) -> Result<State, MessageError> {
        todo!("chapter 4: trailer line {}", self.trailers + 1)
    }
}

/// Reads the size in the line before a chunk: 1 to 16 hexadecimal
/// digits, in upper or lower case. Spaces and tabs may follow the
/// digits, and so may an extension, which begins with a semicolon and
/// is ignored.
///
/// # Errors
///
/// `Chunk` if the line has any other form.
pub fn chunk_size(line: &str) -> Result<u64, MessageError> {
    todo!("chapter 4: what size is {line:?}?")
}
