//! The decision: what the answer holds.
//!
//! Given: the list of what your `decide` can answer, and arithmetic
//! with ranges.

use std::ops::Range;

use axum::http::{HeaderValue, StatusCode};

use crate::Ranges;

/// More parts than this are a whole file: each costs a head of
/// its own, and a client that means well asks for few (RFC 9110,
/// section 17.15).
const MOST_PARTS: usize = 16;

/// What a client gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Everything: 200.
    Whole,
    /// One part, half open and not empty: 206.
    Part(Range<u64>),
    /// At least two parts that do not touch: 206, as
    /// `multipart/byteranges`.
    Parts(Vec<Range<u64>>),
    /// The client has it already: 304.
    NotModified,
    /// It is not what the client expects: 412.
    PreconditionFailed,
    /// No part that was asked for is in the file: 416.
    Unsatisfiable,
}

impl Decision {
    /// What to send for these ranges of a file of `length` bytes.
    ///
    /// Parts that overlap or touch become one. More than 16
    /// parts, or more bytes than the file has, are answered with
    /// the whole file: nobody gets a large answer for a small
    /// file.
    pub fn of(ranges: Ranges, length: u64) -> Self {
        let parts = match ranges {
            Ranges::Whole => return Self::Whole,
            Ranges::Unsatisfiable => return Self::Unsatisfiable,
            Ranges::Parts(parts) => parts,
        };
        let all = parts.iter().fold(0, |all: u64, part| {
            all.saturating_add(part.end - part.start)
        });
        if parts.len() > MOST_PARTS || all > length {
            return Self::Whole;
        }
        let mut parts = joined(parts);
        match parts.len() {
            1 => Self::Part(parts.remove(0)),
            _ => Self::Parts(parts),
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Whole => StatusCode::OK,
            Self::Part(_) | Self::Parts(_) => {
                StatusCode::PARTIAL_CONTENT
            }
            Self::NotModified => StatusCode::NOT_MODIFIED,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::Unsatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        }
    }
}

/// Joins parts that overlap or touch. A joined part stands where
/// the first of them stood.
fn joined(parts: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut joined: Vec<Range<u64>> = Vec::new();
    for mut part in parts {
        // A part may close the gap between two others.
        let mut place = joined.len();
        while let Some(at) = joined.iter().position(|other| {
            other.start <= part.end && part.start <= other.end
        }) {
            let other = joined.remove(at);
            part = other.start.min(part.start)..other.end.max(part.end);
            place = place.min(at);
        }
        joined.insert(place.min(joined.len()), part);
    }
    joined
}

/// The value of `Content-Range` (RFC 9110, section 14.4), where
/// the answer has one: `bytes 0-9/1000` with a part, and `bytes
/// */1000` with 416. Each of several parts has its own, in the
/// body.
pub fn content_range(
    decision: &Decision,
    length: u64,
) -> Option<HeaderValue> {
    let text = match decision {
        Decision::Part(part) => place(part, length),
        Decision::Unsatisfiable => format!("bytes */{length}"),
        _ => return None,
    };
    let value = HeaderValue::try_from(text);
    Some(value.expect("digits and punctuation make a value"))
}

/// Where a part is: first and last position, and the length of
/// the file.
pub(crate) fn place(part: &Range<u64>, length: u64) -> String {
    // A part is never empty.
    let last = part.end.saturating_sub(1);
    format!("bytes {}-{last}/{length}", part.start)
}
