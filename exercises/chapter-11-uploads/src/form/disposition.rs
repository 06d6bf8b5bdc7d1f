//! What a part of a form wants to be called.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use messages::{Fields, parameter, percent_decode};

use crate::UploadError;

/// The name of the file in a part, from its `Content-Disposition`.
/// `None`: the part is a field of the form, and no file.
///
/// Browsers, .NET, Python and curl write a name in four ways:
///
/// | who | how |
/// | --- | --- |
/// | all, if it is ASCII | `filename="a.txt"` |
/// | browsers, also if not | as UTF-8, with `%22` for a quote |
/// | old urllib3, .NET | `filename*=utf-8''na%C3%AFve.txt` |
/// | .NET | `filename="=?utf-8?B?bmHDr3ZlLnR4dA==?="` as well |
///
/// RFC 7578 (section 4.2) forbids the third, and says nothing of
/// the fourth, which is RFC 2047. A server that takes files of
/// programs that exist reads them all, and `filename*` first.
///
/// The name is empty if a browser's file input was left empty.
///
/// # Errors
///
/// [`UploadError::PartHead`] if there is a name that cannot be
/// read. A part that is dropped without a word is a file lost.
pub(crate) fn file_name(
    head: &Fields,
) -> Result<Option<String>, UploadError> {
    todo!("chapter 11: the name in {head:?}")
}

/// Is there a parameter `filename` or `filename*`, readable or not?
///
/// Parameters stand between semicolons. A semicolon inside quotes
/// ends nothing, and neither does a quote after a backslash. The
/// file's own quote may never close, which is one of the things
/// that make a name unreadable.
fn names_a_file(value: &str) -> bool {
    todo!("chapter 11: does {value:?} name a file?")
}

/// `utf-8''na%C3%AFve.txt` (RFC 8187, section 3.2).
fn extended(text: &str) -> Result<String, UploadError> {
    todo!("chapter 11: the extended name {text:?}")
}

/// `utf-8?B?bmHDr3ZlLnR4dA==?=`, or with `Q`: one encoded word of
/// RFC 2047, section 2, behind its `=?`.
fn encoded(word: &str) -> Result<String, UploadError> {
    todo!("chapter 11: the encoded word {word:?}")
}

/// The text of a name's bytes, in UTF-8, US-ASCII, or ISO 8859-1:
/// the letters of a charset's name may be small or capital. Other
/// charsets can't be read, and neither can bytes that don't belong
/// to their charset, such as one above 127 in US-ASCII.
fn decoded(
    charset: &str,
    name: Vec<u8>,
) -> Result<String, UploadError> {
    todo!("chapter 11: {} bytes in {charset}", name.len())
}
