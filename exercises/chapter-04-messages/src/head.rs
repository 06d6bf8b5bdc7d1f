//! The head of a message: a start line, fields, an empty line.

use crate::{Fields, MessageError};

/// How large a head may be.
#[derive(Debug, Clone)]
pub struct HeadLimits {
    /// The most bytes, with the empty line; 16 KiB by default, as
    /// in Node.js.
    pub bytes: usize,
    /// The most field lines; 100 by default.
    pub fields: usize,
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024,
            fields: 100,
        }
    }
}

/// The head of a request or of a response.
#[derive(Debug, Clone)]
pub struct Head {
    /// The start line as it arrived, without its end.
    pub start: String,
    /// The fields.
    pub fields: Fields,
}

/// Reads the head that `input` begins with. Returns it with the
/// number of bytes that it takes, the empty line included.
///
/// `input` is everything that has arrived so far. `None` means
/// that the head may continue: the caller reads more and calls
/// again.
///
/// The start line ends with CR LF, and so does each field line.
/// An empty line, which is CR LF alone, ends the head. Whatever
/// follows it belongs to somebody else and is not looked at. What
/// the start line may contain is left to its own parser.
///
/// Each limit may be any number, from 0 to `usize::MAX`, and
/// nothing is reserved because of it.
///
/// # Errors
///
/// `HeadTooLong` as soon as it is clear that the head is longer
/// than `limits.bytes`, even if its end hasn't arrived.
/// `TooManyFields` above `limits.fields`. `Head` if the start
/// line isn't UTF-8, and for everything that [`parse_fields`]
/// rejects. If several of these apply, any of them is right.
pub fn parse_head(
    input: &[u8],
    limits: &HeadLimits,
) -> Result<Option<(Head, usize)>, MessageError> {
    todo!("chapter 4: is there a head within {limits:?}?")
}

/// Reads field lines, such as `Host: example.org`.
///
/// `lines` holds whole lines, each with its CR LF, and no empty
/// line. Nothing at all means no fields. A line's name goes up to
/// the first colon. The value is the rest of the line, without
/// the spaces and tabs around it. [`Fields::push`] decides what a
/// name and a value must not contain.
///
/// # Errors
///
/// `Head` for a line without a colon, for bytes that aren't
/// UTF-8, and for everything that `push` rejects. So a blank
/// before the colon is an error, and so is a line that begins
/// with a blank: neither is part of a name, and two programs that
/// clean them up differently see two different requests (RFC
/// 9112, sections 5.1 and 5.2).
pub fn parse_fields(lines: &[u8]) -> Result<Fields, MessageError> {
    todo!("chapter 4: read the fields in {} bytes", lines.len())
}

/// Returns the bytes of a head as text.
fn text(bytes: &[u8]) -> Result<&str, MessageError> {
    let text = std::str::from_utf8(bytes);
    text.map_err(|_| MessageError::Head("it is no UTF-8"))
}
