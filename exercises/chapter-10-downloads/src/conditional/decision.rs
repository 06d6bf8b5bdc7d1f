//! The decision: what the response contains.
//!
//! We provide this file: it lists the possible results of your
//! `decide`, and computes with ranges.

use std::ops::Range;

use axum::http::{HeaderValue, StatusCode};

use crate::Ranges;

/// If a request asks for more parts than this, it gets the whole file.
/// Each part costs a head of its own, and a well-meaning client asks
/// for only a few (RFC 9110, section 17.15).
const MOST_PARTS: usize = 16;

/// The response that a client gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The whole file: 200.
    Whole,
    /// One part, half open and not empty: 206.
    Part(Range<u64>),
    /// At least two parts that don't overlap or touch: 206, as
    /// `multipart/byteranges`.
    Parts(Vec<Range<u64>>),
    /// The client has it already: 304.
    NotModified,
    /// The file isn't the version that the client expects: 412.
    PreconditionFailed,
    /// None of the requested parts is inside the file: 416.
    Unsatisfiable,
}

impl Decision {
    /// Returns what to send for these ranges of a file of `length`
    /// bytes.
    ///
    /// Parts that overlap or touch become one. A request for more than
    /// 16 parts, or for more bytes than the file has, gets the whole
    /// file, so that the response can't be much larger than the file.
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

    /// Returns the status of the response.
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

/// Joins parts that overlap or touch. The joined part takes the place
/// of the first of them.
fn joined(parts: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut joined: Vec<Range<u64>> = Vec::new();
    for mut part in parts {
        // A part may close the gap between two other parts.
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

/// Returns the value of `Content-Range` (RFC 9110, section 14.4) for a
/// response that has this field: `bytes 0-9/1000` for one part, and
/// `bytes */1000` for a 416. If there are several parts, each has its
/// own, in the body.
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

/// Returns the range of a part as text: its first and last position,
/// and the length of the file.
pub(crate) fn place(part: &Range<u64>, length: u64) -> String {
    // A part is never empty.
    let last = part.end.saturating_sub(1);
    format!("bytes {}-{last}/{length}", part.start)
}
