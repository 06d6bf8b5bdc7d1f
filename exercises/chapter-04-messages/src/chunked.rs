//! The chunked coding: a body in chunks that say their length
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

/// The longest line, in bytes, without its end.
const LINE: usize = 1024;
/// How many trailer lines there may be.
const TRAILERS: usize = 16;

/// Takes the data out of a body that comes in any chunks.
#[derive(Debug, Default)]
pub struct ChunkedDecoder {
    state: State,
    /// Trailer lines so far.
    trailers: usize,
}

/// What comes next.
#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    /// The line with the size of a chunk.
    #[default]
    Size,
    /// So many more bytes of a chunk. After the last one, with 0,
    /// the end of their line.
    Data(u64),
    /// A trailer line, or the empty line that ends the body.
    Trailer,
    /// Nothing: the body is complete.
    Done,
}

impl ChunkedDecoder {
    /// Decodes as much of `input` as it can, a [`step`](Self::step)
    /// at a time. The bytes of the body are added to `output`.
    /// Returns how many bytes of `input` were used: the caller
    /// removes them, and calls again with the rest and what follows
    /// it. What follows the body isn't touched, and once the body
    /// is complete, nothing is.
    pub fn decode(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<usize, MessageError> {
        todo!("chapter 4: decode {} bytes", input.len())
    }

    /// Were the last chunk and its trailers read? Until then the
    /// body is incomplete, however much of it there is.
    pub fn finished(&self) -> bool {
        self.state == State::Done
    }

    /// Takes the next part of the coding from the beginning of
    /// `input`, and tells how many bytes that were, line ends
    /// included. 0 says that more must come first. Each state has
    /// its part:
    ///
    /// - `Size`: one line with the size. After a size of 0 come
    ///   the trailers, else the bytes.
    /// - `Data`, above 0: as many bytes as are there, and not more
    ///   than are left. They are added to `output`, which grows by
    ///   what came, and never by what was announced.
    /// - `Data(0)`: an empty line. Then comes the next size.
    /// - `Trailer`: one line. An empty one ends the body; every
    ///   other is dropped, with or without a colon, and counted by
    ///   `next_trailer`.
    /// - `Done`: nobody asks any more.
    ///
    /// [`line_of`](crate::line_of) finds a line of at most `LINE`
    /// bytes in `input`, and gives it without the two bytes of its
    /// end. What breaks the rules is the error `Chunk`.
    pub fn step(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<usize, MessageError> {
        todo!("chapter 4: take the next part: {:?}", self.state)
    }

    /// Counts a trailer line, and returns the next state. More than
    /// `TRAILERS` are the error `Chunk`: a body that ends in
    /// trailers forever would never end.
    fn next_trailer(&mut self) -> Result<State, MessageError> {
        todo!("chapter 4: trailer line {}", self.trailers + 1)
    }
}

/// Reads the line before a chunk: 1 to 16 hexadecimal digits of
/// either case, and perhaps an extension, which begins with a
/// semicolon and is ignored. Spaces and tabs may follow the
/// digits. Everything else is the error `Chunk`.
pub fn chunk_size(line: &str) -> Result<u64, MessageError> {
    todo!("chapter 4: what size is {line:?}?")
}
