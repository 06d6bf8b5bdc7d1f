//! The name under which a client saves the file.

use std::ffi::OsStr;

use axum::http::HeaderValue;

/// The value of `Content-Disposition` that makes a client save
/// the file under `file_name` (RFC 6266, RFC 8187).
///
/// `attachment`, and the name twice, whatever the name is.
/// `filename="…"` is for old clients: visible ASCII and blanks,
/// with `_` for everything else (one for each character, or one
/// for each of its bytes), and for what ends or escapes the
/// quoted name: `"`, `\` and `%`. `filename*=UTF-8''…` holds the
/// name itself: letters and digits of ASCII and `-._` stay, every
/// other byte is written as `%` and two hexadecimal digits.
///
/// Any name makes a value: what is no UTF-8 is replaced by
/// U+FFFD, and no control character gets through as it is. Nobody
/// can save a name with one, so it may also be replaced by `_` or
/// left out before anything else.
pub fn content_disposition(file_name: &OsStr) -> HeaderValue {
    todo!("chapter 10: the header for {file_name:?}")
}
