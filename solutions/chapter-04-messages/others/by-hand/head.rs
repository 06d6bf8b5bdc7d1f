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

/// The head of a request or of an answer.
#[derive(Debug, Clone)]
pub struct Head {
    /// The start line as it came, without its end.
    pub start: String,
    /// The fields.
    pub fields: Fields,
}

/// Reads the head that `input` begins with, and tells how many
/// bytes of `input` it takes, the empty line included. `input` is
/// everything that has come so far: `None` says that the head may
/// go on, and is asked again with more.
///
/// The start line ends with CR LF, and so does each field line.
/// An empty line, which is CR LF alone, ends the head; whatever
/// follows it belongs to somebody else and is not looked at.
///
/// Errors: `HeadTooLong` as soon as it is clear that the head is
/// longer than `limits.bytes`, also when it has no end yet.
/// `TooManyFields` above `limits.fields`. `Head` when the start
/// line is no UTF-8, and what [`parse_fields`] refuses.
pub fn parse_head(
    input: &[u8],
    limits: &HeadLimits,
) -> Result<Option<(Head, usize)>, MessageError> {
    // Line by line: an odd one is refused before the next has come.
    let shown = &input[..input.len().min(limits.bytes)];
    let mut start: Option<String> = None;
    let mut fields = Fields::default();
    let mut from = 0;
    while let Some(length) = line_end(&shown[from..]) {
        let line = &shown[from..from + length];
        let after = from + length + 2;
        match (&start, line) {
            (None, line) => start = Some(text(line)?.to_owned()),
            (Some(start), b"") => {
                let start = start.clone();
                return Ok(Some((Head { start, fields }, after)));
            }
            (Some(_), line) => {
                let (name, value) = field(line)?;
                fields.push(name, value)?;
                if fields.iter().count() > limits.fields {
                    let limit = limits.fields;
                    return Err(MessageError::TooManyFields { limit });
                }
            }
        }
        from = after;
    }
    if input.len() >= limits.bytes {
        let limit = limits.bytes;
        return Err(MessageError::HeadTooLong { limit });
    }
    Ok(None)
}

/// Reads field lines, such as `Host: example.org`. `lines` holds
/// whole lines, each with its CR LF, and no empty line; nothing
/// at all is no fields.
///
/// The name goes up to the first colon. The value is the rest of
/// the line, without the spaces and tabs around it. [`Fields::push`]
/// says what a name and a value must not have.
///
/// Errors: `Head` for a line without a colon, for bytes that are
/// no UTF-8, and for what `push` refuses. So a blank before the
/// colon is an error, and a line that begins with a blank: neither
/// is a name, and two programs that clean them up differently see
/// two different requests (RFC 9112, sections 5.1 and 5.2).
pub fn parse_fields(lines: &[u8]) -> Result<Fields, MessageError> {
    let mut fields = Fields::default();
    let mut rest = lines;
    while !rest.is_empty() {
        let end = line_end(rest).unwrap_or(rest.len());
        let (name, value) = field(&rest[..end])?;
        fields.push(name, value)?;
        rest = rest.get(end + 2..).unwrap_or_default();
    }
    Ok(fields)
}

/// The bytes of a head as text.
fn text(bytes: &[u8]) -> Result<&str, MessageError> {
    let text = std::str::from_utf8(bytes);
    text.map_err(|_| MessageError::Head("it isn't UTF-8"))
}

/// Where CR LF stands first.
fn line_end(bytes: &[u8]) -> Option<usize> {
    (1..bytes.len())
        .find(|&at| bytes[at - 1] == b'\r' && bytes[at] == b'\n')
        .map(|at| at - 1)
}

/// The name and the value in a line.
fn field(line: &[u8]) -> Result<(&str, &str), MessageError> {
    let colon = line.iter().position(|&byte| byte == b':');
    let colon = colon.ok_or(MessageError::Head("without a colon"))?;
    let (mut from, mut to) = (colon + 1, line.len());
    let blank = |at: usize| line[at] == b' ' || line[at] == b'\t';
    while from < to && blank(from) {
        from += 1;
    }
    while to > from && blank(to - 1) {
        to -= 1;
    }
    Ok((text(&line[..colon])?, text(&line[from..to])?))
}
