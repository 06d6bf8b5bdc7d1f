//! From the target of a request to a file.

use crate::{MessageError, ResourcePath};

/// The file that a target names, as a way down from the folder
/// that is served.
///
/// A target is `/path` or, as a proxy is asked, `http://host/path`
/// (RFC 9112, section 3.2; `https` too, in any case). Without a
/// path, `http://host` is the root. A query, from the first `?`
/// on, is no part of the path.
///
/// The path is cut at its slashes, and each segment decoded once
/// ([`percent_decode`](crate::percent_decode)). Empty segments are left out: `/` is the
/// folder itself. A segment is refused that
///
/// - begins with a dot when it is decoded: `.`, `..`, and files
///   that are hidden, such as `.env`;
/// - holds a `/`, a `\` or a NUL when it is decoded: on some
///   system each of them is more than a letter of a name.
///
/// What is refused, or is no target of these two forms, is the
/// error `Target`. Symbolic links are chapter 10's concern.
pub fn resource_path(
    target: &str,
) -> Result<ResourcePath, MessageError> {
    let refused = || MessageError::Target("no file");
    let end = target.find('?').unwrap_or(target.len());
    let mut rest = &target[..end];
    if !rest.starts_with('/') {
        let (scheme, after) =
            rest.split_once("://").ok_or_else(refused)?;
        if !is_web(scheme) {
            return Err(refused());
        }
        rest = after.trim_start_matches(|letter| letter != '/');
    }
    let mut segments: Vec<Vec<u8>> = Vec::new();
    for part in rest.split('/') {
        let name = percent_decode(part)?;
        match name[..] {
            [] => continue,
            [b'.', ..] => return Err(refused()),
            _ => {}
        }
        for byte in &name {
            if let b'/' | b'\\' | 0 = byte {
                return Err(refused());
            }
        }
        segments.push(name);
    }
    ResourcePath::from_segments(segments)
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
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let (high, low) = (digit(bytes.next()), digit(bytes.next()));
        let (Some(high), Some(low)) = (high, low) else {
            let what = "two digits follow a percent";
            return Err(MessageError::Target(what));
        };
        decoded.push(high * 16 + low);
    }
    Ok(decoded)
}

/// The value of a hexadecimal digit.
fn digit(byte: Option<u8>) -> Option<u8> {
    let value = char::from(byte?).to_digit(16)?;
    u8::try_from(value).ok()
}
