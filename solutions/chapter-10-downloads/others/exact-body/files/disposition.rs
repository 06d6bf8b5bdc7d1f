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
    use std::fmt::Write;
    let name = file_name.to_string_lossy();
    // Nobody can save a name with a control character.
    let name = name.replace(char::is_control, "_");
    let mut value = String::from("attachment; filename=\"");
    for byte in name.bytes() {
        let visible = byte == b' ' || byte.is_ascii_graphic();
        let safe = visible && !b"\"\\%".contains(&byte);
        // One for each byte, as old clients count.
        value.push(if safe { byte.into() } else { '_' });
    }
    value.push_str("\"; filename*=utf-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) { value.push(byte.into()) } else { write!(value, "%{byte:02x}").expect("a string takes all"); }
    }
    HeaderValue::from_str(&value).expect("all of it is visible ASCII")
}
