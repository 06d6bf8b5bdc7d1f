//! The headers of a download, with the file's name.

use std::path::Path;

use axum::http::{HeaderMap, HeaderValue, header};

/// The media type for a file of unknown type.
const OCTETS: HeaderValue =
    HeaderValue::from_static("application/octet-stream");

/// Makes the headers of a response with a file of `length` bytes. There
/// are three, each of them once: `Content-Type`, which is `OCTETS`;
/// `Content-Disposition`, which [`attachment`] makes from the path; and
/// `Content-Length`.
pub fn headers(file: &Path, length: u64) -> HeaderMap {
    todo!("chapter 5: announce {length} bytes of {file:?}")
}

/// Makes the value of `Content-Disposition`, such as `attachment;
/// filename="a.zip"`, which tells a browser to save the file under the
/// last part of its path (RFC 6266).
///
/// The name must not contain the quote that would end it, and a header
/// must be printable ASCII. So each of `"`, `\`, and `%`, and every
/// character outside of ` ` to `~`, is replaced by `_`. (How many `_`
/// replace a name that isn't UTF-8 is up to you. Chapter 10 keeps such
/// names whole.)
pub(crate) fn attachment(file: &Path) -> HeaderValue {
    todo!("chapter 5: name {file:?} for the browser")
}
