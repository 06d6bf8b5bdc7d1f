//! Reads which bytes a client asks for.

use std::ops::Range;

/// The ranges that a `Range` field asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ranges {
    /// The whole file: there is no range, or it has to be ignored.
    Whole,
    /// At least one part, in the order of the field. Each part is half
    /// open, inside the file, and not empty.
    Parts(Vec<Range<u64>>),
    /// Only parts that are outside the file.
    Unsatisfiable,
}

/// Reads the value of a `Range` field (RFC 9110, section 14.1.2) for a
/// file of `length` bytes.
///
/// `bytes=0-9` is ten bytes, because both ends are included. `bytes=5-`
/// goes to the end, and `bytes=-5` is the last five. A list may have
/// empty elements, and spaces and tabs around each element, so `bytes=
/// 0-9` is a range. They aren't allowed inside an element or before the
/// `=`. The unit may be in upper or lower case.
///
/// A last position past the end means the end, and a suffix longer than
/// the file means all of it. Numbers may have any number of digits. A
/// part that starts past the end is left out, and so is `-0`, the last
/// 0 bytes. If no part remains, the result is
/// [`Ranges::Unsatisfiable`]. An empty file has no parts at all, not
/// even for `bytes=-5`.
///
/// This never fails. The result is [`Ranges::Whole`] for an unknown
/// unit, a first position above the last, a list with only empty
/// elements, and anything else that isn't a range. The number of parts
/// isn't limited here but in [`Decision::of`](crate::Decision::of).
pub fn parse_range(header: &str, length: u64) -> Ranges {
    todo!("chapter 10: read {header:?} for {length} bytes")
}

/// Returns the bytes that one element of the list asks for, as far as
/// they exist. The range is empty if none of them exists. Returns
/// `None` if the element isn't a range.
fn part(spec: &str, length: u64) -> Option<Range<u64>> {
    todo!("chapter 10: read {spec:?} for {length} bytes")
}

/// The characters that are allowed around a comma.
const BLANK: [char; 2] = [' ', '\t'];

/// Reads a number with any number of digits. If it's too large, returns
/// `u64::MAX`. Returns `None` if it's empty or if a character isn't a
/// digit.
fn position(digits: &str) -> Option<u64> {
    todo!("chapter 10: the number {digits:?}")
}
