//! Reads which bytes a client wants.

use std::ops::Range;

/// What a `Range` field asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ranges {
    /// The whole file: there is no range, or it has to be ignored.
    Whole,
    /// At least one part, in the order of the field. Each one is half
    /// open, inside the file, and not empty.
    Parts(Vec<Range<u64>>),
    /// Only parts that lie outside of the file.
    Unsatisfiable,
}

/// Reads the value of a `Range` field (RFC 9110, section 14.1.2) for a
/// file of `length` bytes.
///
/// `bytes=0-9` is ten bytes, because both ends are included. `bytes=5-`
/// goes to the end, and `bytes=-5` is the last five. A list may have
/// empty elements, and blanks (spaces and tabs) around each element, so
/// `bytes= 0-9` is a range. There are no blanks inside an element or
/// before the `=`. The unit's letters may be small or capital.
///
/// A last position past the end means the end, and a suffix longer than
/// the file means all of it. Numbers may have any number of digits. A
/// part that starts past the end, or the last 0 bytes, is left out, and
/// if nothing is left, the result is [`Ranges::Unsatisfiable`]. An
/// empty file has no part, not even `bytes=-5`.
///
/// Never fails. An unknown unit, a first position above the last, a
/// list of empty elements only, and anything else that isn't a range
/// make it [`Ranges::Whole`]. [`Decision::of`](crate::Decision::of)
/// decides later how many parts are too many.
pub fn parse_range(header: &str, length: u64) -> Ranges {
    todo!("chapter 10: read {header:?} for {length} bytes")
}

/// Returns the bytes that one element of the list names, as far as they
/// exist. The range is empty if none of them does. `None`: the element
/// isn't a range.
fn part(spec: &str, length: u64) -> Option<Range<u64>> {
    todo!("chapter 10: read {spec:?} for {length} bytes")
}

/// The characters that may stand around a comma.
const BLANK: [char; 2] = [' ', '\t'];

/// Reads a number with any number of digits. If it's too large, returns
/// the largest one. `None`: it's empty, or a character isn't a digit.
fn position(digits: &str) -> Option<u64> {
    todo!("chapter 10: the number {digits:?}")
}
