//! The order of the questions.

use axum::http::{HeaderMap, Method};

use crate::{Decision, Representation};

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
    use crate::{Conditions, IfRange, Ranges, parse_range};
    let conditions = Conditions::read(headers);
    let tag = &representation.tag;
    let changed_after = |date| representation.modified > date;
    if let Some(list) = &conditions.if_match {
        if !tag.strong(list) {
            return Decision::PreconditionFailed;
        }
    } else if conditions.if_unmodified_since.is_some_and(changed_after)
    {
        return Decision::PreconditionFailed;
    }
    if let Some(list) = &conditions.if_none_match {
        if tag.weak(list) {
            return Decision::NotModified;
        }
    } else if let Some(date) = conditions.if_modified_since
        && !changed_after(date)
    {
        return Decision::NotModified;
    }
    let stale = match conditions.if_range {
        Some(IfRange::Tag(text)) => !tag.strong(text),
        Some(IfRange::Date(date)) => date != representation.modified,
        None => false,
    };
    let ranges = match conditions.range {
        Some(text) if *method == Method::GET && !stale => text,
        _ => return Decision::Whole,
    };
    let ranges = if representation.ranges { parse_range(ranges, representation.length) } else { Ranges::Whole };
    Decision::of(ranges, representation.length)
}
