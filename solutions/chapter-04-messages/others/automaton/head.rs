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
    let too_long = MessageError::HeadTooLong {
        limit: limits.bytes,
    };
    let mut ends = LineEnds::default();
    // Where each line begins; the last one is the empty line.
    let mut begin = 0;
    let mut first = None;
    let mut lines: usize = 0;
    for (at, &byte) in input.iter().take(limits.bytes).enumerate() {
        if !ends.feed(byte) {
            continue;
        }
        let content = &input[begin..at - 1];
        let after = at + 1;
        match first {
            None => first = Some((content, after)),
            Some((start, fields_at)) if content.is_empty() => {
                let start = text(start)?.to_owned();
                let fields = parse_fields(&input[fields_at..begin])?;
                return Ok(Some((Head { start, fields }, after)));
            }
            Some(_) => lines += 1,
        }
        if lines > limits.fields {
            return Err(MessageError::TooManyFields {
                limit: limits.fields,
            });
        }
        begin = after;
    }
    // The end has not come. The least that is missing tells whether
    // it still can come in time.
    let open = &input[begin.min(input.len())..];
    let missing = match (first, open) {
        (None, [.., b'\r']) => 3,
        (None, _) => 4,
        (Some(_), []) => 2,
        (Some(_), [b'\r']) => 1,
        (Some(_), [.., b'\r']) => 3,
        (Some(_), _) => 4,
    };
    if input.len().saturating_add(missing) > limits.bytes {
        return Err(too_long);
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
    let mut ends = LineEnds::default();
    let mut begin = 0;
    for (at, &byte) in lines.iter().enumerate() {
        if ends.feed(byte) {
            let line = text(&lines[begin..at - 1])?;
            let Some((name, value)) = line.split_once(':') else {
                return Err(MessageError::Head("a line has no colon"));
            };
            let blank = |letter| matches!(letter, ' ' | '\t');
            fields.push(name, value.trim_matches(blank))?;
            begin = at + 1;
        }
    }
    if begin < lines.len() {
        return Err(MessageError::Head("a line has no end"));
    }
    Ok(fields)
}

/// Watches bytes go by, and knows when a line ended.
#[derive(Default)]
struct LineEnds {
    after_return: bool,
}

impl LineEnds {
    /// Does `byte` complete a CR LF?
    fn feed(&mut self, byte: u8) -> bool {
        let ended = self.after_return && byte == b'\n';
        self.after_return = byte == b'\r';
        ended
    }
}

/// The bytes of a head as text.
fn text(bytes: &[u8]) -> Result<&str, MessageError> {
    let text = std::str::from_utf8(bytes);
    text.map_err(|_| MessageError::Head("it isn't UTF-8"))
}
