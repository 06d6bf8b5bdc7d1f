//! The name under which a client saves the file.

use std::ffi::OsStr;

use axum::http::HeaderValue;

/// The value of `Content-Disposition` that makes a client save
/// the file under `file_name` (RFC 6266, RFC 8187).
///
/// `attachment`, and the name twice. `filename="…"` is for old
/// clients: visible ASCII and blanks, with `_` for everything
/// else, and for what ends or escapes the quoted name: `"`, `\`
/// and `%`. `filename*=UTF-8''…` holds the name itself: letters
/// and digits of ASCII and `-._` stay, every other byte is
/// written as `%` and two hexadecimal digits.
///
/// Any name makes a value: what is no UTF-8 is replaced by
/// U+FFFD, and no control character gets through.
pub fn content_disposition(file_name: &OsStr) -> HeaderValue {
    let name = file_name.to_string_lossy();
    let plain: String = name.chars().map(plain).collect();
    let exact: String = name.bytes().map(encoded).collect();
    let value = format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"
    );
    HeaderValue::try_from(value).expect("visible ASCII and blanks")
}

/// What an old client is shown in place of this character.
fn plain(letter: char) -> char {
    match letter {
        '"' | '\\' | '%' => '_',
        ' '..='~' => letter,
        _ => '_',
    }
}

/// One byte of the exact name.
fn encoded(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => {
            char::from(byte).to_string()
        }
        b'-' | b'.' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    }
}
