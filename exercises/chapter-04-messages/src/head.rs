//! Reads the head of a message: a start line, fields, and an empty
//! line.

use crate::{Fields, MessageError};

/// How large a head may be.
#[derive(Debug, Clone)]
pub struct HeadLimits {
    /// The maximum number of bytes, including the empty line; 16 KiB by
    /// default, as in Node.js.
    pub bytes: usize,
    /// The maximum number of field lines; 100 by default.
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

/// Reads the head at the beginning of `input`. Returns the head and its
/// length in bytes, including the empty line.
///
/// `input` is everything that has arrived so far. Returns `None` if the
/// head isn't complete yet; the caller reads more and calls again.
///
/// The start line ends with CR LF, and so does each field line. An
/// empty line, which is CR LF alone, ends the head. The bytes after the
/// head aren't looked at, because they belong to the body or to the
/// next message. The start line is checked by its own parser, not here.
///
/// Each limit may be any number, from 0 to `usize::MAX`, and no memory
/// is reserved for it.
///
/// # Errors
///
/// `HeadTooLong` as soon as it's clear that the head is longer than
/// `limits.bytes`. That's the case when `limits.bytes` bytes have
/// arrived and the empty line isn't among them, because at least one
/// byte is still missing. `TooManyFields` if it has more than
/// `limits.fields` field lines. `Head` if the start line isn't UTF-8,
/// and for everything that [`parse_fields`] rejects. If several of
/// these apply, you may return any of them.
pub fn parse_head(
    input: &[u8],
    limits: &HeadLimits,
) -> Result<Option<(Head, usize)>, MessageError> {
    todo!("chapter 4: is there a head within {limits:?}?")
}

/// Reads field lines, such as `Host: example.org`.
///
/// `lines` holds complete lines, each with its CR LF, and no empty
/// line. If it's empty, there are no fields. The name is everything
/// before the first colon of a line, and the value is everything after
/// it, without the spaces and tabs around it. [`Fields::push`] decides
/// what a name and a value must not contain.
///
/// # Errors
///
/// `Head` for a line without a colon, for bytes that aren't UTF-8, and
/// for everything that `push` rejects. That makes a space before the
/// colon an error, and also a space at the beginning of a line. Neither
/// can be part of a name, and if two programs clean them up
/// differently, they see two different requests (RFC 9112, sections 5.1
/// and 5.2).
pub fn parse_fields(lines: &[u8]) -> Result<Fields, MessageError> {
    todo!("chapter 4: read the fields in {} bytes", lines.len())
}

/// Returns the bytes of a head as text.
fn text(bytes: &[u8]) -> Result<&str, MessageError> {
    let text = std::str::from_utf8(bytes);
    text.map_err(|_| MessageError::Head("it isn't UTF-8"))
}
