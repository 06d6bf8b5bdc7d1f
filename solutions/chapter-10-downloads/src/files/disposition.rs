//! Writes the name under which a client saves the file.

use std::ffi::OsStr;

use axum::http::HeaderValue;

/// Returns the value of `Content-Disposition` that makes a client save
/// the file under `file_name` (RFC 6266, RFC 8187).
///
/// It's `attachment` with the name in two parameters, whatever the name
/// is. `filename="…"` is for old clients. It has visible ASCII and
/// blanks, with `_` for everything else (one for each character, or one
/// for each of its bytes), and for the characters that end or escape a
/// quoted name: `"`, `\` and `%`. `filename*=UTF-8''…` has the name
/// itself: ASCII letters, digits, and `-._` stay, and every other byte
/// is written as `%` and two hexadecimal digits.
///
/// Any name makes a value. Bytes that aren't UTF-8 are replaced by
/// U+FFFD, and no control character gets through as it is. Nobody can
/// save a name with one, so it may also be replaced by `_` or left out
/// before anything else.
pub fn content_disposition(file_name: &OsStr) -> HeaderValue {
    //? todo!("chapter 10: the header for {file_name:?}")
    // ANCHOR: cut-content_disposition
    let name = file_name.to_string_lossy();
    let visible = |c| match c {
        '"' | '\\' | '%' => '_',
        ' '..='~' => c,
        _ => '_',
    };
    let fallback: String = name.chars().map(visible).collect();
    let mut whole = String::new();
    for byte in name.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'0'..=b'9' => whole.push(byte.into()),
            b'a'..=b'z' | b'A'..=b'Z' => whole.push(byte.into()),
            _ => whole += &format!("%{byte:02X}"),
        }
    }
    let value = format!(
        "attachment; filename=\"{fallback}\"; filename*=UTF-8''{whole}"
    );
    HeaderValue::try_from(value).expect("all of it is visible ASCII")
    // ANCHOR_END: cut-content_disposition
}
