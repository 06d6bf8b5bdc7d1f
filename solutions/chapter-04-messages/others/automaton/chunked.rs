//! The chunked coding: a body in pieces that say their length
//! (RFC 9112, section 7.1).
//!
//! ```text
//! 5 CR LF          the size, in hexadecimal digits
//! hello CR LF      so many bytes, then the end of the line
//! 0 CR LF          a chunk of size 0 is the last one
//! X-Sum: 7 CR LF   trailers, if there are any
//! CR LF            an empty line ends the body
//! ```

use crate::{MessageError, line_of};

/// The longest line, in bytes, without its end.
const LINE: usize = 1024;
/// How many trailer lines there may be.
const TRAILERS: usize = 16;
/// The most digits of a size.
const DIGITS: usize = 16;

/// Takes the chunks out of a body that comes in pieces.
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
    /// Decodes as much of `input` as it can. The bytes of the
    /// body are added to `output`. Tells how many bytes of
    /// `input` it used: the caller takes these away, and comes
    /// again with the rest and what follows it. What follows the
    /// body is not touched.
    pub fn decode(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<usize, MessageError> {
        let mut used = 0;
        while !self.finished() {
            match self.step(&input[used..], output)? {
                0 => break,
                more => used += more,
            }
        }
        Ok(used)
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
    ///   other is dropped, and counted by `next_trailer`.
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
        let (next, used) = match (&self.state, input) {
            (State::Done, _) | (_, []) => return Ok(0),
            (State::Data(0), [b'\r']) => return Ok(0),
            (State::Data(0), [b'\r', b'\n', ..]) => (State::Size, 2),
            (State::Data(0), _) => {
                let what = "its bytes go on after their end";
                return Err(MessageError::Chunk(what));
            }
            (State::Data(left), _) => {
                let here = usize::try_from(*left)
                    .map_or(input.len(), |left| left.min(input.len()));
                output.extend_from_slice(&input[..here]);
                (State::Data(*left - here as u64), here)
            }
            (state, _) => {
                let Some(line) = line_of(input, LINE)? else {
                    return Ok(0);
                };
                let next = match (state, line) {
                    (State::Trailer, "") => State::Done,
                    (State::Trailer, _) => self.next_trailer()?,
                    _ => match chunk_size(line)? {
                        0 => State::Trailer,
                        size => State::Data(size),
                    },
                };
                (next, line.len() + 2)
            }
        };
        self.state = next;
        Ok(used)
    }

    /// Counts a trailer line.
    fn next_trailer(&mut self) -> Result<State, MessageError> {
        self.trailers += 1;
        if self.trailers > TRAILERS {
            return Err(MessageError::Chunk("too many trailers"));
        }
        Ok(State::Trailer)
    }
}

/// Reads the line before a chunk: 1 to 16 hexadecimal digits of
/// either case, and perhaps an extension, which begins with a
/// semicolon and is ignored. Spaces and tabs may follow the
/// digits. Everything else is the error `Chunk`.
pub fn chunk_size(line: &str) -> Result<u64, MessageError> {
    let broken = MessageError::Chunk("its size isn't a number");
    let mut size = 0_u64;
    let mut digits = 0;
    let mut rest = line.chars();
    let after = loop {
        let letter = rest.next();
        let Some(digit) = letter.and_then(|it| it.to_digit(16)) else {
            break letter;
        };
        digits += 1;
        if digits > DIGITS {
            return Err(broken);
        }
        size = size << 4 | u64::from(digit);
    };
    if digits == 0 {
        return Err(broken);
    }
    let mut tail = after.into_iter().chain(rest);
    match tail.find(|letter| !matches!(letter, ' ' | '\t')) {
        None | Some(';') => Ok(size),
        Some(_) => Err(broken),
    }
}
