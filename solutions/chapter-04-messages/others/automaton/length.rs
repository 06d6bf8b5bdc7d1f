//! How long a body is.

use crate::{Fields, MessageError};

/// Whose body it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// The body of a request.
    Request,
    /// The body of an answer.
    Response {
        /// The method of the request that it answers.
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
    /// from one that was cut.
    UntilClose,
}

/// Tells how long the body is that follows a head with these
/// fields (RFC 9112, section 6.3), in this order:
///
/// 1. An answer to `HEAD` has no body, whatever its fields say,
///    and neither has one with a status of 1xx, 204 or 304.
/// 2. With a `Transfer-Encoding` the body is `Chunked`. The value
///    must be `chunked`, in any case, once; every other coding is
///    refused. With a `Content-Length` beside it the message is
///    refused: two programs that trust different ones see two
///    different messages.
/// 3. With a `Content-Length` it is `Exact`. The value is decimal
///    digits only, and at most `u64::MAX`. Several values, on
///    lines of their own or between commas in one, must be the
///    same number.
/// 4. Without either, a request has no body, and an answer has
///    one that goes on `UntilClose`.
///
/// What is refused is the error `Length`.
pub fn body_length(
    fields: &Fields,
    kind: Kind<'_>,
) -> Result<BodyLength, MessageError> {
    if let Kind::Response { method, status } = kind
        && (method == "HEAD" || matches!(status, 100..=199 | 204 | 304))
    {
        return Ok(BodyLength::None);
    }
    let codings = fields.all("Transfer-Encoding");
    let lengths = fields.all("Content-Length");
    match (codings.as_slice(), lengths.as_slice(), kind) {
        ([], [], Kind::Request) => Ok(BodyLength::None),
        ([], [], Kind::Response { .. }) => Ok(BodyLength::UntilClose),
        ([], values, _) => agreed(values).map(BodyLength::Exact),
        ([only], [], _) if only.eq_ignore_ascii_case("chunked") => {
            Ok(BodyLength::Chunked)
        }
        (_, [], _) => Err(MessageError::Length("a coding is unknown")),
        _ => Err(MessageError::Length("it is said in two ways")),
    }
}

/// The one number that all these values say.
fn agreed(values: &[&str]) -> Result<u64, MessageError> {
    let mut said = None;
    for word in values.iter().flat_map(|value| value.split(',')) {
        let number = decimal(word.trim_matches([' ', '\t']))
            .ok_or(MessageError::Length("it isn't a number"))?;
        if *said.get_or_insert(number) != number {
            return Err(MessageError::Length("two numbers differ"));
        }
    }
    said.ok_or(MessageError::Length("it is empty"))
}

/// Reads decimal digits, at least one and nothing else. `None`
/// too when the number is above `u64::MAX`.
fn decimal(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0_u64, |number, byte| match byte {
        b'0'..=b'9' => {
            number.checked_mul(10)?.checked_add(u64::from(byte - b'0'))
        }
        _ => None,
    })
}
