//! A line of the chunked coding.
//!
//! We provide this file: it finds a line within a bound, which you
//! have written in chapter 3.

use crate::MessageError;

/// Returns the line that `input` begins with, without its end, CR
/// LF. Returns `None` if that end hasn't arrived yet.
///
/// # Errors
///
/// If the line is longer than `limit` bytes, contains a control
/// character or a character that isn't ASCII, or ends with a line
/// feed alone.
pub fn line_of(
    input: &[u8],
    limit: usize,
) -> Result<Option<&str>, MessageError> {
    let reach = limit.saturating_add(2);
    let within = &input[..input.len().min(reach)];
    let Some(end) = within.iter().position(|&byte| byte == b'\n')
    else {
        return if within.len() < reach {
            Ok(None)
        } else {
            Err(MessageError::Chunk("a line is too long"))
        };
    };
    let line = within[..end].strip_suffix(b"\r");
    let line =
        line.ok_or(MessageError::Chunk("a line feed stands alone"))?;
    let plain = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~');
    match std::str::from_utf8(line) {
        Ok(text) if line.iter().all(plain) => Ok(Some(text)),
        _ => Err(MessageError::Chunk("a line is not plain ASCII")),
    }
}
