//! Decides the response, by evaluating the conditions of a request in
//! order.

use axum::http::{HeaderMap, Method};

use crate::{
    Conditions, Decision, IfRange, Representation, parse_range,
};

/// Returns the decision about a request with these fields for this
/// file.
///
/// The order is that of RFC 9110, section 13.2.2. First comes
/// `If-Match` or, without it, `If-Unmodified-Since`. Then comes
/// `If-None-Match` or, without it, `If-Modified-Since`. Last comes
/// `Range`, if `If-Range` allows it. If a condition has a list of tags,
/// the corresponding date isn't looked at.
///
/// `If-Match` compares strongly, and `If-None-Match` weakly. Dates are
/// whole seconds, so a file that was modified in exactly the same
/// second counts as not modified since.
///
/// `If-Range` allows a part if its tag is strong and equals the file's,
/// or if its date is exactly the file's. Otherwise the result is the
/// whole file. Ranges apply only to `GET`, and only if the
/// representation supports them.
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
