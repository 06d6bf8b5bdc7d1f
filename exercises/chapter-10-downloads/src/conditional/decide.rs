//! Decides in which order the conditions of a request are evaluated.

use axum::http::{HeaderMap, Method};

use crate::{
    Conditions, Decision, IfRange, Representation, parse_range,
};

/// Returns what a client gets for this file if it sends these fields.
///
/// The order is that of RFC 9110, section 13.2.2. First comes
/// `If-Match` or, without it, `If-Unmodified-Since`. Then comes
/// `If-None-Match` or, without it, `If-Modified-Since`. The last one is
/// `Range`, if `If-Range` allows it. If there's a list of tags, the
/// date beside it isn't looked at.
///
/// `If-Match` compares strongly, and `If-None-Match` weakly. Dates have
/// whole seconds, so a file from exactly that second hasn't been
/// modified since.
///
/// `If-Range` allows a part if its tag is strong and equals the file's,
/// or if its date is exactly the file's. Otherwise the result is the
/// whole file. Only `GET` has ranges, and only if the representation
/// has them.
pub fn decide(
    method: &Method,
    headers: &HeaderMap,
    representation: &Representation,
) -> Decision {
    todo!("chapter 10: {method} {headers:?} {representation:?}")
}
