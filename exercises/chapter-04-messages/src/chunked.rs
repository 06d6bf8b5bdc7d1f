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
/// The most trailer lines.
const TRAILERS: usize = 16;

/// Takes the data out of a body in the chunked coding, however
/// the body is split.
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
    /// This many more bytes of a chunk. After the last one, with
    /// 0, the end of their line.
    Data(u64),
    /// A trailer line, or the empty line that ends the body.
    Trailer,
    /// Nothing: the body is complete.
    Done,
}

impl ChunkedDecoder {
    /// Decodes as much of `input` as it can, one
    /// [`step`](Self::step) at a time, and appends the bytes of
    /// the body to `output`.
    ///
    /// Returns how many bytes of `input` were used. The caller
    /// removes them, and calls again with the rest and what
    /// follows it. Whatever follows the body isn't touched, and
    /// once the body is complete, nothing is.
    ///
    /// # Errors
    ///
    /// Those of `step`.
    pub fn decode(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<usize, MessageError> {
        todo!("chapter 4: decode {} bytes", input.len())
    }

    /// Returns whether the last chunk and its trailers were read.
    /// Until then the body is incomplete, however much of it
    /// there is.
    pub fn finished(&self) -> bool {
        self.state == State::Done
    }

    /// Takes the next part of the coding from the beginning of
    /// `input`. Returns how many bytes it used, line ends
    /// included, or 0 if more has to arrive first. The part
    /// depends on the state:
    ///
    /// - `Size`: one line with the size. After a size of 0 come
    ///   the trailers, and otherwise the bytes.
    /// - `Data`, above 0: as many bytes as are there, and no more
    ///   than are left. They are appended to `output`, which
    ///   grows by what has arrived, and never by what was
    ///   announced.
    /// - `Data(0)`: an empty line. After it comes the next size.
    /// - `Trailer`: one line. An empty one ends the body. Every
    ///   other line is discarded, with or without a colon, and
    ///   counted by `next_trailer`.
    /// - `Done`: nobody calls it anymore.
    ///
    /// [`line_of`](crate::line_of) finds a line of at most `LINE`
    /// bytes in `input`, and returns it without the two bytes of
    /// its end.
    ///
    /// # Errors
    ///
    /// `Chunk` for everything that breaks these rules.
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
    /// `Chunk` for more than `TRAILERS` of them, because a body
    /// with endless trailers would never end.
    fn next_trailer(&mut self) -> Result<State, MessageError> {
        todo!("chapter 4: trailer line {}", self.trailers + 1)
    }
}

/// Reads the line before a chunk: 1 to 16 hexadecimal digits of
/// either case, and perhaps an extension, which begins with a
/// semicolon and is ignored. Spaces and tabs may follow the
/// digits.
///
/// # Errors
///
/// `Chunk` for everything else.
pub fn chunk_size(line: &str) -> Result<u64, MessageError> {
    todo!("chapter 4: what size is {line:?}?")
}
