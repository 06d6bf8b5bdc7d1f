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
    //? todo!("chapter 11: the name in {head:?}")
    // ANCHOR: cut-file_name
    let value = head.get("Content-Disposition").unwrap_or_default();
    if let Some(name) = parameter(value, "filename*") {
        return extended(&name).map(Some);
    }
    let Some(name) = parameter(value, "filename") else {
        if names_a_file(value) {
            return Err(UploadError::PartHead);
        }
        return Ok(None);
    };
    match name.strip_prefix("=?") {
        Some(word) => encoded(word).map(Some),
        // Browsers leave every other percent sign alone.
        None => Ok(Some(name.replace("%22", "\""))),
    }
    // ANCHOR_END: cut-file_name
}

/// Is there a parameter `filename` or `filename*`, readable or not?
///
/// Parameters stand between semicolons. A semicolon inside quotes
/// ends nothing, and neither does a quote after a backslash. The
/// file's own quote may never close, which is one of the things
/// that make a name unreadable.
fn names_a_file(value: &str) -> bool {
    //? todo!("chapter 11: does {value:?} name a file?")
    // ANCHOR: cut-names_a_file
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
    // ANCHOR_END: cut-names_a_file
}

/// `utf-8''na%C3%AFve.txt` (RFC 8187, section 3.2).
fn extended(text: &str) -> Result<String, UploadError> {
    //? todo!("chapter 11: the extended name {text:?}")
    // ANCHOR: cut-extended
    let mut fields = text.splitn(3, '\'');
    let charset = fields.next().unwrap_or_default();
    let name = fields.nth(1).ok_or(UploadError::PartHead)?;
    let name = percent_decode(name).ok();
    decoded(charset, name.ok_or(UploadError::PartHead)?)
    // ANCHOR_END: cut-extended
}

/// `utf-8?B?bmHDr3ZlLnR4dA==?=`, or with `Q`: one encoded word of
/// RFC 2047, section 2, behind its `=?`.
fn encoded(word: &str) -> Result<String, UploadError> {
    //? todo!("chapter 11: the encoded word {word:?}")
    // ANCHOR: cut-encoded
    let word = word.strip_suffix("?=").ok_or(UploadError::PartHead)?;
    let mut fields = word.splitn(3, '?');
    let charset = fields.next().unwrap_or_default();
    let coding = fields.next().unwrap_or_default();
    let text = fields.next().ok_or(UploadError::PartHead)?;
    let bytes = match coding {
        "B" | "b" => BASE64_STANDARD.decode(text).ok(),
        // Like a URL, with `=` for `%` and `_` for a blank.
        "Q" | "q" => {
            let text = text.replace('%', "=25").replace('_', " ");
            percent_decode(&text.replace('=', "%")).ok()
        }
        _ => None,
    };
    decoded(charset, bytes.ok_or(UploadError::PartHead)?)
    // ANCHOR_END: cut-encoded
}

/// The text of a name's bytes, in UTF-8, US-ASCII, or ISO 8859-1:
/// the letters of a charset's name may be small or capital. Other
/// charsets can't be read, and neither can bytes that don't belong
/// to their charset, such as one above 127 in US-ASCII.
fn decoded(
    charset: &str,
    name: Vec<u8>,
) -> Result<String, UploadError> {
    //? todo!("chapter 11: {} bytes in {charset}", name.len())
    // ANCHOR: cut-decoded
    let name = match charset.to_ascii_lowercase().as_str() {
        "utf-8" => String::from_utf8(name).ok(),
        "us-ascii" if name.is_ascii() => String::from_utf8(name).ok(),
        "iso-8859-1" => {
            Some(name.into_iter().map(char::from).collect())
        }
        _ => None,
    };
    name.ok_or(UploadError::PartHead)
    // ANCHOR_END: cut-decoded
}
