//! The header with the name under which a client saves the file.

use std::ffi::OsStr;

use axum::http::HeaderValue;

/// Returns the value of `Content-Disposition` that makes a client save
/// the file under `file_name` (RFC 6266, RFC 8187).
///
/// It's always `attachment`, followed by the name in two parameters.
/// `filename="…"` is for old clients and may contain only visible ASCII
/// and spaces. Every other character becomes `_` (or one `_` for each
/// of its bytes), and so do `"`, `\`, and `%`, which end or escape a
/// quoted name. `filename*=UTF-8''…` has the complete name: ASCII
/// letters, digits, and `-._` stay, and every other byte becomes `%`
/// and two hexadecimal digits.
///
/// There's a value for every name. Bytes that aren't UTF-8 are replaced
/// by U+FFFD. A control character must not appear unencoded. You may
/// also replace it by `_` or leave it out first, because no client
/// could save a name with one.
pub fn content_disposition(file_name: &OsStr) -> HeaderValue {
    todo!("chapter 10: the header for {file_name:?}")
}
