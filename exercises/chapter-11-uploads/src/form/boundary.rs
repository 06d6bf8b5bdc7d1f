//! The boundary: where a part of an upload ends (RFC 2046,
//! section 5.1).

use std::io::BufRead;

use bytes::{Buf, Bytes, BytesMut};

use crate::UploadError;

/// Finds the boundaries of a multipart body, and gives what lies
/// between them.
#[derive(Debug)]
pub struct BoundaryScanner {
    /// CR, LF, two dashes and the boundary.
    delimiter: Vec<u8>,
    place: Place,
}

/// Where in the body the scanner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing was scanned.
    Start,
    /// Before the first boundary: the preamble, which is nobody's.
    Preamble,
    /// Behind a boundary: a head, and then the bytes of a part.
    Part,
    /// Behind the last boundary: the epilogue, which is nobody's.
    Epilogue,
}

/// What the scanner found at the beginning of its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// Bytes of the part that is being read; never none. They are
    /// taken out of the input.
    Data(Bytes),
    /// A boundary: the part before it has ended, and another one
    /// begins. The input goes on with its head, which the caller
    /// takes out before it asks again.
    Part,
    /// The last boundary was seen; no part comes any more. The
    /// input is empty: nobody needs what follows.
    End,
    /// It takes more input to tell. What is left in the input
    /// may be the beginning of a boundary.
    More,
}

impl BoundaryScanner {
    /// A scanner for the boundary that a `Content-Type` names.
    ///
    /// Errors: [`UploadError::Boundary`] unless it has 1 to 70
    /// characters, all of them letters, digits, blanks or
    /// `'()+_,-./:=?`, and no blank at its end.
    pub fn new(boundary: &str) -> Result<Self, UploadError> {
        let allowed = |byte: u8| {
            byte.is_ascii_alphanumeric()
                || b"'()+_,-./:=? ".contains(&byte)
        };
        let good = (1..=70).contains(&boundary.len())
            && boundary.bytes().all(allowed)
            && !boundary.ends_with(' ');
        if !good {
            return Err(UploadError::Boundary);
        }
        Ok(Self {
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            place: Place::Start,
        })
    }

    /// Whether the last boundary was seen. If not, the upload is
    /// not whole, however it ended.
    pub fn finished(&self) -> bool {
        self.place == Place::Epilogue
    }

    /// Looks for the next boundary. `input` is what has come and
    /// was not taken out yet; the caller adds to its end.
    ///
    /// A boundary line begins with CR LF, two dashes and the
    /// boundary; the first line of the body is a line too, with
    /// no CR LF before it. What follows decides:
    ///
    /// - CR LF: [`Scanned::Part`]. All of the line is taken out,
    ///   and its first CR LF is no byte of the part before.
    /// - Two dashes: [`Scanned::End`], whatever follows them.
    /// - A blank or a tab: a mail server padded the line. More of
    ///   them may follow, and then CR LF, which is a part.
    ///   Anything else behind them is [`UploadError::Boundary`].
    /// - Anything else: no boundary. These are bytes of the part.
    ///
    /// Bytes before the first boundary are dropped. Wherever the
    /// input is cut, even inside a boundary, the parts have the
    /// same bytes, and so do those before an error: the data comes
    /// out first, and the error of the line after it with the next
    /// call. An empty input is [`Scanned::More`] before the end,
    /// and each one is [`Scanned::End`] after it. What may
    /// still become a boundary stays in `input`, and nothing else
    /// does: the beginning of a delimiter at its end, or all of
    /// one with what follows it, as long as that does not decide.
    /// How much padding that may be is for the caller to bound.
    /// Whatever is before it leaves at once.
    pub fn scan(
        &mut self,
        input: &mut BytesMut,
    ) -> Result<Scanned, UploadError> {
        todo!("chapter 11: scan {} bytes", input.len())
    }

    /// Puts a CR LF in front of the body, so that its first line
    /// begins like every other one. Later calls change nothing.
    fn begin(&mut self, input: &mut BytesMut) {
        todo!("chapter 11: begin with {} bytes", input.len())
    }
}

/// What stands behind a delimiter.
enum Line {
    /// Its end has not come yet.
    Cut,
    /// Something else: it is no boundary.
    Other,
    /// The two dashes of the last boundary.
    Last,
    /// The end of the line, so many bytes behind the delimiter.
    Part(usize),
}

/// What `rest`, the bytes behind a delimiter, begins with.
///
/// Blanks and tabs may stand before the end of the line. Anything
/// else after them is [`UploadError::Boundary`], two dashes
/// included.
fn line(rest: &[u8]) -> Result<Line, UploadError> {
    todo!("chapter 11: what {} bytes begin with", rest.len())
}

/// Where `delimiter` stands in `input`, the first time. It begins
/// with CR, and that is what this looks for.
fn find(input: &[u8], delimiter: &[u8]) -> Option<usize> {
    todo!("chapter 11: {delimiter:?} in {} bytes", input.len())
}

/// Returns how many bytes at the end of `input` may become a
/// delimiter: the most that are the beginning of `delimiter`. 0 if
/// there are none. A whole delimiter isn't counted.
fn begun(input: &[u8], delimiter: &[u8]) -> usize {
    todo!("chapter 11: {delimiter:?} after {}", input.len())
}
