//! The headers of a download, and the name in them.

use std::path::Path;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Makes the headers that announce a file of `length` bytes.
pub fn headers(file: &Path, length: u64) -> HeaderMap {
    let name = |name| HeaderName::from_static(name);
    HeaderMap::from_iter([
        (name("content-length"), HeaderValue::from(length)),
        (name("content-disposition"), attachment(file)),
        (
            name("content-type"),
            HeaderValue::from_static("application/octet-stream"),
        ),
    ])
}

/// Makes the value of `Content-Disposition`.
pub(crate) fn attachment(file: &Path) -> HeaderValue {
    let mut value = String::from("attachment; filename=\"");
    if let Some(name) = file.file_name() {
        for letter in name.to_string_lossy().chars() {
            let plain = letter == ' ' || letter.is_ascii_graphic();
            let special = ['"', '\\', '%'].contains(&letter);
            value.push(if plain && !special { letter } else { '_' });
        }
    }
    value.push('"');
    match HeaderValue::from_str(&value) {
        Ok(value) => value,
        Err(_) => HeaderValue::from_static("attachment"),
    }
}
