//! Conditions: when a client wants a response, and which part of the
//! file.
//!
//! We provide this file: parsing fields is tedious, and you did it in
//! chapter 4.

use std::borrow::Cow;
use std::time::SystemTime;

use axum::http::{HeaderMap, HeaderName, header};

use crate::conditional::date;
use crate::conditional::validators::is_tag;

/// The fields of a request that decide what its response is (RFC 9110,
/// sections 13.1 and 14.2).
///
/// A date that can't be parsed, or that occurs twice, is left out,
/// because the RFC says to ignore it.
#[derive(Debug)]
pub struct Conditions<'a> {
    /// Tags, one of which the file must have.
    pub if_match: Option<Cow<'a, str>>,
    /// The file must not have changed after this time.
    pub if_unmodified_since: Option<SystemTime>,
    /// The tags of the versions that the client has.
    pub if_none_match: Option<Cow<'a, str>>,
    /// The date of the version that the client has.
    pub if_modified_since: Option<SystemTime>,
    /// The version for which the client wants a part. If the file is
    /// another version, the client wants all of it.
    pub if_range: Option<IfRange<'a>>,
    /// The part that the client wants.
    pub range: Option<&'a str>,
}

/// How a client identifies the version of which it wants the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfRange<'a> {
    /// By a tag. Anything that's neither a tag nor a date becomes a tag
    /// that matches nothing.
    Tag(&'a str),
    /// By the date of its last change.
    Date(SystemTime),
}

impl<'a> Conditions<'a> {
    /// Reads the fields of a request. If a list is spread over several
    /// fields, they're joined.
    pub fn read(headers: &'a HeaderMap) -> Self {
        let date = |name| one(headers, name).and_then(date::parse);
        Self {
            if_match: list(headers, header::IF_MATCH),
            if_unmodified_since: date(header::IF_UNMODIFIED_SINCE),
            if_none_match: list(headers, header::IF_NONE_MATCH),
            if_modified_since: date(header::IF_MODIFIED_SINCE),
            if_range: if_range(headers),
            range: one(headers, header::RANGE),
        }
    }
}

/// Returns the value of a field that must not occur more than once.
fn one(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Returns the value of a field that holds a list. A list with bytes
/// that aren't UTF-8 may contain tags, but they can't be ours.
fn list(headers: &HeaderMap, name: HeaderName) -> Option<Cow<'_, str>> {
    let values = headers.get_all(name).iter();
    values
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .reduce(|all, more| format!("{all}, {more}").into())
}

fn if_range(headers: &HeaderMap) -> Option<IfRange<'_>> {
    headers.get(header::IF_RANGE)?;
    let text = one(headers, header::IF_RANGE).unwrap_or_default();
    Some(match date::parse(text) {
        Some(date) => IfRange::Date(date),
        None if is_tag(text) => IfRange::Tag(text),
        // `*` and lists don't identify one version of a file.
        None => IfRange::Tag(""),
    })
}
