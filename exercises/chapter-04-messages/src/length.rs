//! How long a body is.

use crate::{Fields, MessageError};

/// The kind of message that a body belongs to.
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
    /// After this many bytes.
    Exact(u64),
    /// At the chunk of size 0, and the trailers after it.
    Chunked,
    /// Where the connection closes. Nobody can tell such a body
    /// from one that was truncated.
    UntilClose,
}

/// Returns the length of the body that follows a head with these
/// fields (RFC 9112, section 6.3). These rules apply in this
/// order:
///
/// 1. A response to `HEAD` has no body, whatever its fields say,
///    and neither has one with a status of 1xx, 204, or 304.
/// 2. With a `Transfer-Encoding`, the body is `Chunked`. The
///    value must be `chunked`, in any case, once, and every other
///    coding is rejected. With a `Content-Length` beside it, even
///    an empty one, the message is rejected: two programs that
///    trust different ones see two different messages.
/// 3. With a `Content-Length`, the body is `Exact`. The value
///    consists of decimal digits only, and is at most `u64::MAX`.
///    Several values, on lines of their own or between commas in
///    one, are rejected if two are different numbers, or if one
///    is empty. The same number several times is either rejected
///    or taken once: that is your choice (RFC 9110, section 8.6).
/// 4. Without either field, a request has no body, and a response
///    has one that continues `UntilClose`.
///
/// [`Fields::all`] returns the values under a name, whatever its
/// case.
///
/// # Errors
///
/// `Length` for everything that is rejected.
pub fn body_length(
    fields: &Fields,
    kind: Kind<'_>,
) -> Result<BodyLength, MessageError> {
    todo!("chapter 4: how long is the body of a {kind:?}?")
}

/// Reads decimal digits, at least one and nothing else. Returns
/// `None` for a number above `u64::MAX`, too.
fn decimal(text: &str) -> Option<u64> {
    todo!("chapter 4: read the number {text:?}")
}
