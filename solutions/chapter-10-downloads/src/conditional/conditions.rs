//! Conditions: under which a client wants an answer, and which
//! part of it.
//!
//! Given: reading fields is tedious, and chapter 4 has done it.

use std::borrow::Cow;
use std::time::SystemTime;

use axum::http::{HeaderMap, HeaderName, header};

use crate::conditional::date;
use crate::conditional::validators::is_tag;

/// The fields of a request that decide about its answer (RFC
/// 9110, sections 13.1 and 14.2).
///
/// A date that cannot be read, or that comes twice, is not there:
/// the RFC says to ignore it.
#[derive(Debug)]
pub struct Conditions<'a> {
    /// The tags of which the file must have one.
    pub if_match: Option<Cow<'a, str>>,
    /// The file must not be younger.
    pub if_unmodified_since: Option<SystemTime>,
    /// The tags of what the client has.
    pub if_none_match: Option<Cow<'a, str>>,
    /// How old what the client has is.
    pub if_modified_since: Option<SystemTime>,
    /// A part is wanted only of this file, else all of it.
    pub if_range: Option<IfRange<'a>>,
    /// The part that is wanted.
    pub range: Option<&'a str>,
}

/// How a client knows the file of which it wants the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfRange<'a> {
    /// By a tag. What is neither a tag nor a date is one that
    /// matches nothing.
    Tag(&'a str),
    /// By the date of its last change.
    Date(SystemTime),
}

impl<'a> Conditions<'a> {
    /// Reads the fields of a request. A list may come in several
    /// fields: they are one list.
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

/// A field that makes sense only once.
fn one(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// A field that holds a list. Bytes that are not UTF-8 belong to
/// tags that are not ours.
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
        // `*` and lists are nothing that a file can be known by.
        None => IfRange::Tag(""),
    })
}
