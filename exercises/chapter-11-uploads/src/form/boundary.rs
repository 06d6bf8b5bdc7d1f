//! Finds where the parts of an upload end (RFC 2046, section 5.1).

use std::io::BufRead;

use bytes::{Buf, Bytes, BytesMut};

use crate::UploadError;

/// Finds the boundaries of a multipart body, and returns the bytes
/// between them.
#[derive(Debug)]
pub struct BoundaryScanner {
    /// CR, LF, two dashes, and the boundary: the bytes that separate
    /// parts.
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
    /// Bytes of the current part, at least one. They have been removed
    /// from the input.
    Data(Bytes),
    /// A boundary: the part before it has ended, and another one
    /// begins. The input continues with the head of the new part, which
    /// the caller removes before it calls `scan` again.
    Part,
    /// The last boundary, after which there are no more parts. The
    /// input is empty, because whatever follows is ignored.
    End,
    /// More input is needed. The bytes left in the input may be the
    /// beginning of a boundary.
    More,
}

impl BoundaryScanner {
    /// Creates a scanner for the boundary that a `Content-Type` names.
    ///
    /// # Errors
    ///
    /// [`UploadError::Boundary`] unless the boundary has 1 to 70
    /// characters, all of them letters, digits, spaces, or
    /// `'()+_,-./:=?`, and doesn't end with a space.
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

    /// Returns whether the last boundary was found. Until then, the
    /// upload isn't complete, even if the body has ended.
    pub fn finished(&self) -> bool {
        self.place == Place::Epilogue
    }

    /// Looks for the next boundary. `input` holds the bytes that have
    /// arrived and weren't removed yet; the caller appends to it.
    ///
    /// A boundary line begins with CR LF, two dashes and the boundary.
    /// The first line of the body can be one, too, although no CR LF
    /// comes before it. The bytes after the boundary decide what it is:
    ///
    /// - CR LF: [`Scanned::Part`]. The whole line is removed from the
    ///   input, and its first CR LF isn't part of the data before it.
    /// - Two dashes: [`Scanned::End`], whatever follows them.
    /// - A space or a tab: padding, which mail servers add. More spaces
    ///   and tabs may follow, and after them CR LF, which makes the
    ///   result [`Scanned::Part`]. Anything else is
    ///   [`UploadError::Boundary`].
    /// - Anything else: this isn't a boundary, and its bytes belong to
    ///   the part. One call may return all of them, or only the first ones.
    ///
    /// Bytes before the first boundary are dropped. The result must not
    /// depend on where the input is split, even inside a boundary.
    /// That's also true if there's an error: the data before the
    /// malformed line is returned first, and the next call returns the
    /// error. Before the last boundary, an empty input returns
    /// [`Scanned::More`]; after it, any input returns [`Scanned::End`].
    ///
    /// Bytes that may still become a boundary stay in `input`: the
    /// beginning of a delimiter, or a complete delimiter whose line
    /// isn't complete enough to decide. All bytes before them are
    /// returned at once. The caller limits how much padding may be held
    /// back.
    pub fn scan(
        &mut self,
        input: &mut BytesMut,
    ) -> Result<Scanned, UploadError> {
        todo!("chapter 11: scan {} bytes", input.len())
    }

    /// Puts a CR LF before the body, so that its first line begins like
    /// every other line. Only the first call does that.
    fn begin(&mut self, input: &mut BytesMut) {
        todo!("chapter 11: begin with {} bytes", input.len())
    }
}

/// The kind of line that a delimiter begins.
enum Line {
    /// Unknown: the end of the line hasn't arrived yet.
    Cut,
    /// Not a boundary, because something else follows the delimiter.
    Other,
    /// The last boundary, which ends with two dashes.
    Last,
    /// A boundary before another part. The line has this many bytes
    /// after the delimiter, with its CR LF.
    Part(usize),
}

/// Decides what kind of line it is. `rest` holds the bytes after the
/// delimiter.
///
/// Spaces and tabs are allowed before the end of the line.
///
/// # Errors
///
/// [`UploadError::Boundary`] if anything else follows the spaces and
/// tabs, even two dashes.
fn line(rest: &[u8]) -> Result<Line, UploadError> {
    todo!("chapter 11: what {} bytes begin with", rest.len())
}

/// Returns where `delimiter` first occurs in `input`. This looks for
/// the CR that a delimiter begins with.
fn find(input: &[u8], delimiter: &[u8]) -> Option<usize> {
    todo!("chapter 11: {delimiter:?} in {} bytes", input.len())
}

/// Returns how many bytes at the end of `input` may be the beginning of
/// `delimiter`: the largest such number, or 0 if there are none. A
/// complete delimiter isn't counted.
fn begun(input: &[u8], delimiter: &[u8]) -> usize {
    todo!("chapter 11: {delimiter:?} after {}", input.len())
}
