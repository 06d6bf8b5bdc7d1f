//! Reads the file name that a part of a form asks for.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use messages::{Fields, parameter, percent_decode};

use crate::UploadError;

/// Returns the name of the file in a part, from its
/// `Content-Disposition`. Returns `None` if the part isn't a file but
/// an ordinary field of the form.
///
/// Browsers, .NET, Python, and curl write a name in four ways:
///
/// | who | how |
/// | --- | --- |
/// | all, if it is ASCII | `filename="a.txt"` |
/// | browsers, also if not | as UTF-8, with `%22` for a quote |
/// | old urllib3, .NET | `filename*=utf-8''na%C3%AFve.txt` |
/// | .NET | `filename="=?utf-8?B?bmHDr3ZlLnR4dA==?="` as well |
///
/// RFC 7578 (section 4.2) forbids the third way and doesn't mention the
/// fourth, which comes from RFC 2047. A server that accepts files from
/// real programs has to read all four. If there's a `filename*`, it's
/// used first.
///
/// The name is empty if the user has chosen no file in a browser's
/// form.
///
/// # Errors
///
/// [`UploadError::PartHead`] if there's a name that can't be read. If
/// such a part were ignored, its file would be lost without an error.
pub(crate) fn file_name(
    head: &Fields,
) -> Result<Option<String>, UploadError> {
    todo!("chapter 11: the name in {head:?}")
}

/// Returns whether there's a parameter `filename` or `filename*`, even
/// if it can't be read.
///
/// Semicolons separate the parameters, except inside quotes, and a
/// quote after a backslash doesn't close the quotes. If a quote is
/// never closed, the name can't be read, but the parameter still
/// counts.
fn names_a_file(value: &str) -> bool {
    todo!("chapter 11: does {value:?} name a file?")
}

/// Decodes a name such as `utf-8''na%C3%AFve.txt` (RFC 8187, section
/// 3.2).
fn extended(text: &str) -> Result<String, UploadError> {
    todo!("chapter 11: the extended name {text:?}")
}

/// Decodes a word such as `utf-8?B?bmHDr3ZlLnR4dA==?=`, which is an
/// encoded word of RFC 2047, section 2, without its `=?`. The encoding
/// is `B` or `Q`.
fn encoded(word: &str) -> Result<String, UploadError> {
    todo!("chapter 11: the encoded word {word:?}")
}

/// Decodes the bytes of a name. `charset` is UTF-8, US-ASCII, or ISO
/// 8859-1, in upper or lower case. Other charsets are an error, and so
/// are bytes that aren't valid in their charset, such as a byte above
/// 127 in US-ASCII.
fn decoded(
    charset: &str,
    name: Vec<u8>,
) -> Result<String, UploadError> {
    todo!("chapter 11: {} bytes in {charset}", name.len())
}
