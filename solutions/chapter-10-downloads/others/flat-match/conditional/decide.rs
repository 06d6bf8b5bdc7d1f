//! The order of the questions.

use axum::http::{HeaderMap, Method};

use crate::{
    Conditions, Decision, IfRange, Ranges, Representation, parse_range,
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
    let asked = Conditions::read(headers);
    let Representation {
        length,
        tag,
        modified,
        ranges,
    } = representation;
    let expected = match (&asked.if_match, asked.if_unmodified_since) {
        (Some(list), _) => tag.strong(list),
        (None, Some(date)) => *modified <= date,
        (None, None) => true,
    };
    if !expected {
        return Decision::PreconditionFailed;
    }
    let known = match (&asked.if_none_match, asked.if_modified_since) {
        (Some(list), _) => tag.weak(list),
        (None, Some(date)) => *modified <= date,
        (None, None) => false,
    };
    if known {
        return Decision::NotModified;
    }
    let same = asked.if_range.is_none_or(|version| match version {
        IfRange::Tag(text) => tag.strong(text),
        IfRange::Date(date) => date == *modified,
    });
    let wanted = match asked.range {
        Some(field) if same && *ranges && method == Method::GET => {
            parse_range(field, *length)
        }
        _ => Ranges::Whole,
    };
    Decision::of(wanted, *length)
}
