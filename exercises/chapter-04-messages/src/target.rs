//! Turns the target of a request into the path of a file.

use crate::{MessageError, ResourcePath};

/// Returns the path of the file that a target stands for, relative to
/// the folder that is served.
///
/// A target is `/path` or, in requests to a proxy, `http://host/path`
/// (RFC 9112, section 3.2). The scheme may also be `https`, and its
/// case doesn't matter. Without a path, `http://host` is the root. You
/// may reject an empty host or accept it. Everything from the first `?`
/// on is the query and doesn't belong to the path, and a `#` is an
/// ordinary character. An escaped character never separates anything,
/// so `%3F` is a `?` in the name of a file.
///
/// The path is split at its slashes and nowhere else, and then each
/// segment is decoded once ([`percent_decode`]). Empty segments are
/// left out, so `/` is the folder itself. A name may have any length
/// and contain every byte that isn't rejected below. Whether the file
/// exists isn't checked here. Symbolic links are a subject of chapter
/// 10.
///
/// # Errors
///
/// `Target` for a target of any other form, and for a decoded segment
/// that
///
/// - begins with a dot: `.`, `..`, `...`, and hidden files such as
///   `.env`;
/// - contains a `/`, a `\` or a NUL, each of which has a special
///   meaning on some operating system.
pub fn resource_path(
    target: &str,
) -> Result<ResourcePath, MessageError> {
    todo!("chapter 4: which file does {target:?} name?")
}

/// Returns whether this is `http` or `https`, in upper or lower case.
fn is_web(scheme: &str) -> bool {
    let names = ["http", "https"];
    names.iter().any(|name| scheme.eq_ignore_ascii_case(name))
}

/// Replaces each `%` and the two hexadecimal digits after it with the
/// byte that they stand for (RFC 3986, section 2.1). The digits may be
/// in upper or lower case.
///
/// The text is decoded once, so `%2541` becomes `%41` and not `A`. A
/// `+` stays a `+`, because it stands for a space only in forms.
///
/// # Errors
///
/// `Target` for a `%` without two digits after it.
pub fn percent_decode(text: &str) -> Result<Vec<u8>, MessageError> {
    todo!("chapter 4: decode {text:?}")
}

/// Returns the value of a hexadecimal digit.
fn digit(byte: Option<u8>) -> Option<u8> {
    let value = char::from(byte?).to_digit(16)?;
    u8::try_from(value).ok()
}
