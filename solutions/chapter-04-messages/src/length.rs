//! How long a body is.

use crate::{Fields, MessageError};

/// Whose body it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// The body of a request.
    Request,
    /// The body of a response.
    Response {
        /// The method of the request that it responds to.
        method: &'a str,
        /// Its status.
        status: u16,
    },
}

/// Where a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyLength {
    /// There is none.
    None,
    /// After so many bytes.
    Exact(u64),
    /// At the chunk of size 0, and the trailers after it.
    Chunked,
    /// Where the connection ends. Nobody can tell such a body
    /// from one that was truncated.
    UntilClose,
}

/// Tells how long the body is that follows a head with these
/// fields (RFC 9112, section 6.3), in this order:
///
/// 1. A response to `HEAD` has no body, whatever its fields say,
///    and neither has one with a status of 1xx, 204 or 304.
/// 2. With a `Transfer-Encoding` the body is `Chunked`. The value
///    must be `chunked`, in any case, once; every other coding is
///    refused. With a `Content-Length` beside it, even an empty
///    one, the message is refused: two programs that trust
///    different ones see two different messages.
/// 3. With a `Content-Length` it is `Exact`. The value is decimal
///    digits only, and at most `u64::MAX`. Several values, on
///    lines of their own or between commas in one, are refused
///    when two are different numbers, or when one is empty. The
///    same number several times is either refused or taken once:
///    that is your choice (RFC 9110, section 8.6).
/// 4. Without either, a request has no body, and a response has
///    one that goes on `UntilClose`.
///
/// [`Fields::all`] gives the values under a name, whatever its
/// case. What is refused is the error `Length`.
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
            .ok_or(MessageError::Length("it is not in digits"))?;
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

/// Reads decimal digits, at least one and nothing else. `None`
/// too when the number is above `u64::MAX`.
fn decimal(text: &str) -> Option<u64> {
    //? todo!("chapter 4: read the number {text:?}")
    // ANCHOR: cut-decimal
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
    // ANCHOR_END: cut-decimal
}
