//! From the target of a request to a file.

use crate::{MessageError, ResourcePath};

/// The file that a target names, as a way down from the folder
/// that is served.
///
/// A target is `/path` or, as a proxy is asked, `http://host/path`
/// (RFC 9112, section 3.2; `https` too, in any case). Without a
/// path, `http://host` is the root. An empty host may be refused
/// or not. A query, from the first `?` on, is no part of the
/// path; a `#` is a letter like others. What an escape stands for
/// divides nothing: `%3F` is a `?` in a file's name.
///
/// The path is split at its slashes and nowhere else, and each
/// segment decoded once ([`percent_decode`]).
/// Empty segments are left out: `/` is the folder itself. A
/// segment is refused that
///
/// - begins with a dot when it is decoded: `.`, `..`, `...`, and
///   files that are hidden, such as `.env`;
/// - holds a `/`, a `\` or a NUL when it is decoded: on some
///   system each of them is more than a letter of a name.
///
/// A name may have every other byte, and any length: whether
/// there is such a file is asked later.
///
/// What is refused, or is no target of these two forms, is the
/// error `Target`. Symbolic links are chapter 10's concern.
pub fn resource_path(
    target: &str,
) -> Result<ResourcePath, MessageError> {
    todo!("chapter 4: which file does {target:?} name?")
}

/// Is this `http` or `https`, in any case?
fn is_web(scheme: &str) -> bool {
    let names = ["http", "https"];
    names.iter().any(|name| scheme.eq_ignore_ascii_case(name))
}

/// Replaces each `%` and the two hexadecimal digits after it, of
/// either case, by the byte that they stand for (RFC 3986, section
/// 2.1), in one pass: `%2541` is `%41`, and not `A`. A `+` stays a
/// `+`: only forms write a blank so.
///
/// # Errors
///
/// `Target` for a `%` without two digits after it.
pub fn percent_decode(text: &str) -> Result<Vec<u8>, MessageError> {
    todo!("chapter 4: decode {text:?}")
}

/// The value of a hexadecimal digit.
fn digit(byte: Option<u8>) -> Option<u8> {
    let value = char::from(byte?).to_digit(16)?;
    u8::try_from(value).ok()
}
