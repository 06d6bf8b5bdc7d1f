//! The request of HTTP/0.9: one line, `GET /name`.
//!
//! We provide this file: HTTP/0.9 is only a simple thing to serve.
//! Chapter 4 reads real requests.

use crate::ConnectionError;

/// Returns the name that a request asks for: the second word of its
/// first line.
///
/// Only the second word is checked. A client of today sends `GET /name
/// HTTP/1.1` and then a whole head, so there may be more words and more
/// lines.
///
/// # Errors
///
/// `NoName` if there is no second word, or if it isn't UTF-8.
pub fn name_in(request: &[u8]) -> Result<String, ConnectionError> {
    let first = request.split(|&byte| byte == b'\n').next();
    let first = std::str::from_utf8(first.unwrap_or_default());
    first
        .ok()
        .and_then(|line| line.split_ascii_whitespace().nth(1))
        .map(str::to_owned)
        .ok_or(ConnectionError::NoName)
}
