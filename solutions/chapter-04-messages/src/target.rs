//! From the target of a request to a file.

use crate::{MessageError, ResourcePath};

/// Returns the file that a target names, as a path down from the
/// folder that is served.
///
/// A target is `/path` or, as a proxy is asked,
/// `http://host/path` (RFC 9112, section 3.2; `https` as well, in
/// any case). Without a path, `http://host` is the root. An empty
/// host may be rejected or not. A query, from the first `?` on,
/// doesn't belong to the path, and a `#` is an ordinary
/// character. An escaped character separates nothing: `%3F` is a
/// `?` in a file's name.
///
/// The path is split at its slashes and nowhere else, and each
/// segment is decoded once ([`percent_decode`]). Empty segments
/// are left out, so `/` is the folder itself. A name may contain
/// every byte that isn't rejected below, and have any length:
/// whether there is such a file is asked later. Symbolic links
/// are chapter 10's concern.
///
/// # Errors
///
/// `Target` for a target of any other form, and for a segment
/// that
///
/// - begins with a dot when it is decoded: `.`, `..`, `...`, and
///   files that are hidden, such as `.env`;
/// - contains a `/`, a `\` or a NUL when it is decoded: on some
///   system each of them is more than a character of a name.
pub fn resource_path(
    target: &str,
) -> Result<ResourcePath, MessageError> {
    //? todo!("chapter 4: which file does {target:?} name?")
    // ANCHOR: cut-resource_path
    let target = target.split('?').next().unwrap_or(target);
    let path = match target.split_once("://") {
        Some((scheme, rest)) if is_web(scheme) => {
            rest.find('/').map_or("/", |at| &rest[at..])
        }
        _ => target,
    };
    let path = path
        .strip_prefix('/')
        .ok_or(MessageError::Target("a path begins with a slash"))?;
    let mut segments = Vec::new();
    for segment in path.split('/').filter(|text| !text.is_empty()) {
        let name = percent_decode(segment)?;
        if name.starts_with(b".") {
            return Err(MessageError::Target("a hidden file"));
        }
        if name.iter().any(|byte| b"/\\\0".contains(byte)) {
            return Err(MessageError::Target("no name of a file"));
        }
        segments.push(name);
    }
    ResourcePath::from_segments(segments)
    // ANCHOR_END: cut-resource_path
}

/// Returns whether this is `http` or `https`, in any case.
fn is_web(scheme: &str) -> bool {
    let names = ["http", "https"];
    names.iter().any(|name| scheme.eq_ignore_ascii_case(name))
}

/// Replaces each `%` and the two hexadecimal digits after it, of
/// either case, with the byte that they stand for (RFC 3986,
/// section 2.1).
///
/// This happens in one pass, so `%2541` becomes `%41`, and not
/// `A`. A `+` stays a `+`, because only forms write a blank that
/// way.
///
/// # Errors
///
/// `Target` for a `%` without two digits after it.
pub fn percent_decode(text: &str) -> Result<Vec<u8>, MessageError> {
    //? todo!("chapter 4: decode {text:?}")
    // ANCHOR: cut-percent_decode
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
    // ANCHOR_END: cut-percent_decode
}

/// Returns the value of a hexadecimal digit.
fn digit(byte: Option<u8>) -> Option<u8> {
    let value = char::from(byte?).to_digit(16)?;
    u8::try_from(value).ok()
}
