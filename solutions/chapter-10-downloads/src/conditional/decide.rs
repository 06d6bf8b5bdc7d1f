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
    //? todo!("chapter 10: {method} {headers:?} {representation:?}")
    // ANCHOR: cut-decide
    let asked = Conditions::read(headers);
    let Representation { tag, modified, .. } = representation;
    let failed = match (asked.if_match, asked.if_unmodified_since) {
        (Some(list), _) => !tag.strong(&list),
        (None, Some(date)) => *modified > date,
        (None, None) => false,
    };
    let known = match (asked.if_none_match, asked.if_modified_since) {
        (Some(list), _) => tag.weak(&list),
        (None, Some(date)) => *modified <= date,
        (None, None) => false,
    };
    let same = match asked.if_range {
        Some(IfRange::Tag(text)) => tag.strong(text),
        Some(IfRange::Date(date)) => *modified == date,
        None => true,
    };
    let parts = same && representation.ranges && method == Method::GET;
    let length = representation.length;
    match asked.range {
        _ if failed => Decision::PreconditionFailed,
        _ if known => Decision::NotModified,
        Some(range) if parts => {
            Decision::of(parse_range(range, length), length)
        }
        _ => Decision::Whole,
    }
    // ANCHOR_END: cut-decide
}
