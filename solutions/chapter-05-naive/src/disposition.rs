//! The name under which a browser saves the file.

use std::path::Path;

use axum::http::HeaderValue;

/// The value of `Content-Disposition` (RFC 6266) that makes a
/// browser save the file under its own name.
///
/// Every character that could end the quoted name, or that is
/// not ASCII, becomes `_`. Chapter 10 keeps such names whole.
pub(crate) fn attachment(path: &Path) -> HeaderValue {
    let name = path.file_name().unwrap_or_default();
    let name: String =
        name.to_string_lossy().chars().map(safe).collect();
    HeaderValue::try_from(format!("attachment; filename=\"{name}\""))
        .expect("visible ASCII and blanks make a header value")
}

fn safe(c: char) -> char {
    match c {
        '"' | '\\' | '%' => '_',
        ' '..='~' => c,
        _ => '_',
    }
}
