//! How long a body is.

use crate::{Fields, MessageError};

/// The kind of message that a body belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// The body of a request.
    Request,
    /// The body of a response.
    Response {
        /// The method of the request.
        method: &'a str,
        /// The status of the response.
        status: u16,
    },
}

/// Where a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyLength {
    /// There is no body.
    None,
    /// After this many bytes.
    Exact(u64),
    /// At the chunk of size 0 and the trailers after it.
    Chunked,
    /// Where the connection closes. The end of such a body looks the
    /// same as one that was truncated.
    UntilClose,
}

/// Returns the length of the body that follows a head with these fields
/// (RFC 9112, section 6.3). These rules apply in this order:
///
/// 1. A response to `HEAD` has no body, whatever its fields say, and
///    neither has one with a status of 1xx, 204, or 304.
/// 2. With a `Transfer-Encoding`, the body is `Chunked`. The value must
///    be `chunked` and nothing else, in upper or lower case, and every
///    other coding is rejected. If there's a `Content-Length` as well,
///    even an empty one, the message is rejected, because two programs
///    that trust different fields would see two different messages.
/// 3. With a `Content-Length`, the body is `Exact`. The value must
///    consist of decimal digits and be at most `u64::MAX`. There may be
///    several values, on several lines or separated by commas. They're
///    rejected if two of them are different numbers, or if one is
///    empty. If the same number occurs several times, you may reject it
///    or accept it (RFC 9110, section 8.6).
/// 4. Without either field, a request has no body, and the body of a
///    response is `UntilClose`.
///
/// [`Fields::all`] returns the values under a name and ignores the case
/// of the name.
///
/// # Errors
///
/// `Length` if these rules reject the message.
pub fn body_length(
    fields: &Fields,
    kind: Kind<'_>,
) -> Result<BodyLength, MessageError> {
    //? todo!("chapter 4: how long is the body of a {kind:?}?")
    // ANCHOR: cut-body_length
    if let Kind::Response { method, status } = kind
        && (method == "HEAD" || matches!(status, 100..=199 | 204 | 304))
    {
        return Ok(BodyLength::None);
    }
    let codings = fields.all("Transfer-Encoding");
    let lengths = fields.all("Content-Length");
    let alone = lengths.is_empty();
    match codings[..] {
        [] => {}
        [it] if alone && it.eq_ignore_ascii_case("chunked") => {
            return Ok(BodyLength::Chunked);
        }
        _ => return Err(MessageError::Length("not chunked alone")),
    }
    let mut known = None;
    for length in lengths.iter().flat_map(|value| value.split(',')) {
        let length = decimal(length.trim_matches([' ', '\t']))
            .ok_or(MessageError::Length("it isn't in digits"))?;
        if known.replace(length).is_some_and(|other| other != length) {
            return Err(MessageError::Length("two different lengths"));
        }
    }
    Ok(match (known, kind) {
        (Some(length), _) => BodyLength::Exact(length),
        (None, Kind::Request) => BodyLength::None,
        (None, Kind::Response { .. }) => BodyLength::UntilClose,
    })
    // ANCHOR_END: cut-body_length
}

/// Reads a number that consists of decimal digits, at least one and
/// nothing else. Returns `None` for any other text, and for a number
/// above `u64::MAX`.
fn decimal(text: &str) -> Option<u64> {
    //? todo!("chapter 4: read the number {text:?}")
    // ANCHOR: cut-decimal
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
    // ANCHOR_END: cut-decimal
}
