//! A line of the chunked coding.
//!
//! We provide this file: it finds a line of limited length, as your
//! code in chapter 3 does.

use crate::MessageError;

/// Returns the line at the beginning of `input`, without its CR LF.
/// Returns `None` if the CR LF hasn't arrived yet.
///
/// # Errors
///
/// Returns an error if the line is longer than `limit` bytes, contains
/// a control character or a character that isn't ASCII, or ends with a
/// line feed alone.
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
        line.ok_or(MessageError::Chunk("a line feed without a CR"))?;
    let plain = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~');
    match std::str::from_utf8(line) {
        Ok(text) if line.iter().all(plain) => Ok(Some(text)),
        _ => Err(MessageError::Chunk("a line isn't plain ASCII")),
    }
}
