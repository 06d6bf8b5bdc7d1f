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
    let whole = target.split('?').next().unwrap_or_default();
    let path = match whole.split_once("://") {
        _ if whole.starts_with('/') => whole,
        Some((scheme, rest)) if is_web(scheme) => {
            let (host, path) =
                rest.split_once('/').unwrap_or((rest, ""));
            if host.is_empty() {
                return Err(MessageError::Target("no host"));
            }
            path
        }
        _ => return Err(MessageError::Target("no path")),
    };
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            let name = percent_decode(segment)?;
            let odd = |byte: &u8| matches!(byte, b'/' | b'\\' | 0);
            if name.starts_with(b".") || name.iter().any(odd) {
                return Err(MessageError::Target("not a file name"));
            }
            Ok(name)
        })
        .collect::<Result<_, _>>()
        .and_then(ResourcePath::from_segments)
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
    let mut decoded = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte != b'%' {
            decoded.push(*byte);
            continue;
        }
        let [high, low, after @ ..] = rest else {
            return Err(MessageError::Target("half an escape"));
        };
        let pair = String::from_utf8_lossy(&[*high, *low]).into_owned();
        let digits = pair.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u8::from_str_radix(&pair, 16) {
            Ok(byte) if digits => decoded.push(byte),
            _ => return Err(MessageError::Target("not an escape")),
        }
        rest = after;
    }
    Ok(decoded)
}
