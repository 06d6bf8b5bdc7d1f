//! The order of the questions.

use axum::http::{HeaderMap, Method};

use crate::{
    Conditions, Decision, IfRange, Representation, parse_range,
};

/// What a client gets that asks with these fields for this file.
///
/// The order is that of RFC 9110, section 13.2.2: `If-Match`, or
/// without it `If-Unmodified-Since`; then `If-None-Match`, or
/// without it `If-Modified-Since`; then `Range`, if `If-Range`
/// allows it. A tag comes before a date: where there is a list of
/// tags, the date beside it is not looked at.
///
/// `If-Match` compares strongly, `If-None-Match` weakly. The
/// dates are in whole seconds: a file of exactly that second has
/// not been modified since.
///
/// `If-Range` allows a part if the strong tag is that of the
/// file, or the date is exactly its own; else the whole file is
/// the answer. Only `GET` has ranges, and only where the
/// representation has them.
pub fn decide(
    method: &Method,
    headers: &HeaderMap,
    representation: &Representation,
) -> Decision {
    todo!("chapter 10: {method} {headers:?} {representation:?}")
}
