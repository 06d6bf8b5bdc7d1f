//! The headers of a download, and the name in them.

use std::path::Path;

use axum::http::{HeaderMap, HeaderValue, header};

/// The media type of a file about which nothing is known.
const OCTETS: HeaderValue =
    HeaderValue::from_static("application/octet-stream");

/// Makes the headers that announce a file of `length` bytes, each of
/// them once: `Content-Type`, which is `OCTETS`; `Content-Disposition`,
/// which [`attachment`] makes from the path; and `Content-Length`.
pub fn headers(file: &Path, length: u64) -> HeaderMap {
    todo!("chapter 5: announce {length} bytes of {file:?}")
}

/// Makes the value of `Content-Disposition` with which a browser saves
/// the file under its own name, the last part of its path (RFC 6266):
/// `attachment; filename="a.zip"`.
///
/// A name must not end its own quotes, and a header must be printable
/// ASCII. So each of `"`, `\`, and `%`, and every character outside of
/// ` ` to `~`, is replaced by `_`. (How many `_` replace a name that
/// isn't UTF-8 is up to you. Chapter 10 keeps such names whole.)
pub(crate) fn attachment(file: &Path) -> HeaderValue {
    todo!("chapter 5: name {file:?} for the browser")
}
