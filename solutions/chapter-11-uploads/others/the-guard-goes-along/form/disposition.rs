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
    let Some(value) = head.get("Content-Disposition") else {
        return Ok(None);
    };
    let extended_name = parameter(value, "filename*");
    let plain = parameter(value, "filename");
    match (extended_name, plain) {
        (Some(name), _) => extended(&name).map(Some),
        (None, None) if names_a_file(value) => {
            Err(UploadError::PartHead)
        }
        (None, None) => Ok(None),
        (None, Some(name)) => Ok(Some(match name.strip_prefix("=?") {
            Some(word) => encoded(word)?,
            None => name.split("%22").collect::<Vec<_>>().join("\""),
        })),
    }
}

/// Whether there is a `filename` outside of quotes, readable or
/// not: its own quote may never close.
fn names_a_file(value: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    let mut parameters = value.split(|letter| {
        let ends = letter == ';' && !quoted;
        if letter == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && letter == '\\' && !escaped;
        ends
    });
    parameters.any(|parameter| {
        let name = parameter.split('=').next().unwrap_or_default();
        let name = name.trim().trim_end_matches('*');
        name.eq_ignore_ascii_case("filename")
    })
}

/// `utf-8''na%C3%AFve.txt` (RFC 8187, section 3.2).
fn extended(text: &str) -> Result<String, UploadError> {
    let bad = || UploadError::PartHead;
    let (charset, rest) = text.split_once('\'').ok_or_else(bad)?;
    let (_language, name) = rest.split_once('\'').ok_or_else(bad)?;
    match percent_decode(name) {
        Ok(bytes) => decoded(charset, bytes),
        Err(_) => Err(bad()),
    }
}

/// `utf-8?B?bmHDr3ZlLnR4dA==?=`, or with `Q`: one encoded word of
/// RFC 2047, section 2, behind its `=?`.
fn encoded(word: &str) -> Result<String, UploadError> {
    let bad = || UploadError::PartHead;
    let word = word.strip_suffix("?=").ok_or_else(bad)?;
    let (charset, rest) = word.split_once('?').ok_or_else(bad)?;
    let (coding, text) = rest.split_once('?').ok_or_else(bad)?;
    if coding.eq_ignore_ascii_case("b") {
        let bytes = BASE64_STANDARD.decode(text).map_err(|_| bad())?;
        return decoded(charset, bytes);
    }
    if !coding.eq_ignore_ascii_case("q") {
        return Err(bad());
    }
    let mut name = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        name.push(match byte {
            b'_' => b' ',
            b'=' => {
                let [high, low, after @ ..] = rest else {
                    return Err(bad());
                };
                rest = after;
                let digit = |it: u8| char::from(it).to_digit(16);
                let pair = digit(*high).zip(digit(*low));
                let (high, low) = pair.ok_or_else(bad)?;
                (high * 16 + low) as u8
            }
            other => other,
        });
    }
    decoded(charset, name)
}

/// The text of a name's bytes, in UTF-8, US-ASCII, or ISO 8859-1:
/// the letters of a charset's name may be small or capital. Other
/// charsets can't be read, and neither can bytes that don't belong
/// to their charset, such as one above 127 in US-ASCII.
fn decoded(
    charset: &str,
    name: Vec<u8>,
) -> Result<String, UploadError> {
    let bad = || UploadError::PartHead;
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" => String::from_utf8(name).map_err(|_| bad()),
        // Bytes above 127 are none of this charset.
        "us-ascii" if name.is_ascii() => {
            String::from_utf8(name).map_err(|_| bad())
        }
        "iso-8859-1" => {
            Ok(name.iter().map(|&byte| byte as char).collect())
        }
        _ => Err(bad()),
    }
}
