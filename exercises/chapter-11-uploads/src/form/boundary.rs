//! Finds where the parts of an upload end (RFC 2046, section 5.1).

use std::io::BufRead;

use bytes::{Buf, Bytes, BytesMut};

use crate::UploadError;

/// Finds the boundaries of a multipart body, and hands out what lies
/// between them.
#[derive(Debug)]
pub struct BoundaryScanner {
    /// CR, LF, two dashes, and the boundary.
    delimiter: Vec<u8>,
    place: Place,
}

/// Where in the body the scanner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing has been scanned yet.
    Start,
    /// Before the first boundary. This text is ignored.
    Preamble,
    /// After a boundary: a head, and then the bytes of a part.
    Part,
    /// After the last boundary. This text is ignored.
    Epilogue,
}

/// What the scanner found at the beginning of its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// Bytes of the current part, at least one. They have been taken
    /// out of the input.
    Data(Bytes),
    /// A boundary: the part before it has ended, and another one
    /// begins. The input continues with its head, which the caller
    /// takes out before it calls `scan` again.
    Part,
    /// The last boundary: no more parts come. The input is empty,
    /// because nobody needs what follows.
    End,
    /// More input is needed. What's left in the input may be the
    /// beginning of a boundary.
    More,
}

impl BoundaryScanner {
    /// Creates a scanner for the boundary that a `Content-Type` names.
    ///
    /// # Errors
    ///
    /// [`UploadError::Boundary`] unless it has 1 to 70 characters, all
    /// of them letters, digits, blanks or `'()+_,-./:=?`, and no blank
    /// at its end.
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

    /// Returns whether the last boundary was seen. If it wasn't, the
    /// upload isn't complete, however it ended.
    pub fn finished(&self) -> bool {
        self.place == Place::Epilogue
    }

    /// Looks for the next boundary. `input` is what has arrived and
    /// wasn't taken out yet; the caller appends to it.
    ///
    /// A boundary line begins with CR LF, two dashes and the boundary.
    /// The first line of the body counts as well, although no CR LF
    /// comes before it. What follows decides:
    ///
    /// - CR LF: [`Scanned::Part`]. The whole line is taken out, and its
    ///   first CR LF doesn't belong to the part before it.
    /// - Two dashes: [`Scanned::End`], whatever follows them.
    /// - A blank or a tab: a mail server padded the line. More of them
    ///   may follow, and then CR LF, which makes it a part. Anything
    ///   else after them is [`UploadError::Boundary`].
    /// - Anything else: not a boundary. These are bytes of the part.
    ///
    /// Bytes before the first boundary are dropped. Wherever the input
    /// is split, even inside a boundary, the parts have the same bytes,
    /// and so do those before an error: the data is returned first, and
    /// the error of the line after it by the next call. An empty input
    /// returns [`Scanned::More`] before the end, and any input returns
    /// [`Scanned::End`] after it.
    ///
    /// Whatever may still become a boundary stays in `input`: the
    /// beginning of a delimiter at its end, or a complete one with what
    /// follows it, as long as that doesn't decide. The caller limits
    /// how much padding that may be. All bytes before it leave at once.
    pub fn scan(
        &mut self,
        input: &mut BytesMut,
    ) -> Result<Scanned, UploadError> {
        todo!("chapter 11: scan {} bytes", input.len())
    }

    /// Puts a CR LF before the body, so that its first line begins like
    /// every other one. Later calls change nothing.
    fn begin(&mut self, input: &mut BytesMut) {
        todo!("chapter 11: begin with {} bytes", input.len())
    }
}

/// What follows a delimiter.
enum Line {
    /// Its end hasn't arrived yet.
    Cut,
    /// Something else, so it isn't a boundary.
    Other,
    /// The two dashes of the last boundary.
    Last,
    /// The end of the line, this many bytes after the delimiter.
    Part(usize),
}

/// Returns what `rest`, the bytes after a delimiter, begins with.
///
/// Blanks and tabs may come before the end of the line.
///
/// # Errors
///
/// [`UploadError::Boundary`] if anything else comes after them, two
/// dashes included.
fn line(rest: &[u8]) -> Result<Line, UploadError> {
    todo!("chapter 11: what {} bytes begin with", rest.len())
}

/// Returns where `delimiter` first occurs in `input`. It begins with
/// CR, and that's what this looks for.
fn find(input: &[u8], delimiter: &[u8]) -> Option<usize> {
    todo!("chapter 11: {delimiter:?} in {} bytes", input.len())
}

/// Returns how many bytes at the end of `input` may become a
/// delimiter: the most that are the beginning of `delimiter`. 0 if
/// there are none. A whole delimiter isn't counted.
fn begun(input: &[u8], delimiter: &[u8]) -> usize {
    todo!("chapter 11: {delimiter:?} after {}", input.len())
}
