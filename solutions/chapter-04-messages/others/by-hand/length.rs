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
    let mut known: Option<u64> = None;
    let mut chunked = false;
    if let Kind::Response { method, status } = kind {
        let silent =
            status / 100 == 1 || status == 204 || status == 304;
        if silent || method == "HEAD" {
            return Ok(BodyLength::None);
        }
    }
    for (name, value) in fields.iter() {
        if name.eq_ignore_ascii_case("content-length") {
            // Twice is once too often, also when they agree.
            if known.is_some() {
                return Err(MessageError::Length("more than one"));
            }
            let length = decimal(value);
            known = Some(length.ok_or(MessageError::Length("odd"))?);
        }
        if name.eq_ignore_ascii_case("transfer-encoding") {
            if chunked || value.to_ascii_lowercase() != "chunked" {
                return Err(MessageError::Length("not chunked once"));
            }
            chunked = true;
        }
    }
    match (chunked, known, kind) {
        (true, Some(_), _) => Err(MessageError::Length("both")),
        (true, None, _) => Ok(BodyLength::Chunked),
        (false, Some(length), _) => Ok(BodyLength::Exact(length)),
        (false, None, Kind::Request) => Ok(BodyLength::None),
        (false, None, _) => Ok(BodyLength::UntilClose),
    }
}

/// Reads decimal digits, at least one and nothing else. `None`
/// too when the number is above `u64::MAX`.
fn decimal(text: &str) -> Option<u64> {
    let mut sum: Option<u64> = None;
    for letter in text.chars() {
        let digit =
            letter.is_ascii().then(|| letter.to_digit(10))??;
        let tens = sum.unwrap_or(0).checked_mul(10)?;
        sum = Some(tens.checked_add(digit.into())?);
    }
    sum
}
