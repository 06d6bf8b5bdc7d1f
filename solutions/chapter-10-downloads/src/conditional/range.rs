//! Ranges: which bytes a client wants.

use std::ops::Range;

/// What a `Range` field asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ranges {
    /// The whole file: there is no range, or one that may be
    /// ignored.
    Whole,
    /// At least one part, in the order of the field. Each is half
    /// open, inside the file, and not empty.
    Parts(Vec<Range<u64>>),
    /// Only parts that are not in the file.
    Unsatisfiable,
}

/// Reads the value of a `Range` field (RFC 9110, section 14.1.2)
/// for a file of `length` bytes.
///
/// `bytes=0-9` is ten bytes: both ends are sent. `bytes=5-` goes
/// to the end, and `bytes=-5` is the last five. A list may hold
/// empty elements, and blanks (spaces and tabs) around each of
/// its elements: also `bytes= 0-9` is a range. There are none
/// inside an element, and none before the `=`. The unit's letters
/// may be small or capital.
///
/// A last position behind the end means the end; a suffix longer
/// than the file means all of it. Numbers may have any count of
/// digits. A part that starts behind the end, or the last 0
/// bytes, is left out; when nothing is left, the answer is
/// [`Ranges::Unsatisfiable`]. An empty file has no part: so is
/// `bytes=-5` there.
///
/// Never fails: an unknown unit, a first position above the last,
/// a list of empty elements only, or anything else that is no
/// range makes it [`Ranges::Whole`]. How many parts are too many
/// is decided later, by [`Decision::of`](crate::Decision::of).
pub fn parse_range(header: &str, length: u64) -> Ranges {
    //? todo!("chapter 10: read {header:?} for {length} bytes")
    // ANCHOR: cut-parse_range
    let (unit, list) = header.split_once('=').unwrap_or_default();
    if !unit.eq_ignore_ascii_case("bytes") {
        return Ranges::Whole;
    }
    let specs = list.split(',').map(|spec| spec.trim_matches(BLANK));
    let specs = specs.filter(|spec| !spec.is_empty());
    let parts: Option<Vec<_>> =
        specs.map(|spec| part(spec, length)).collect();
    match parts {
        Some(mut parts) if !parts.is_empty() => {
            parts.retain(|part| !part.is_empty());
            if parts.is_empty() {
                Ranges::Unsatisfiable
            } else {
                Ranges::Parts(parts)
            }
        }
        _ => Ranges::Whole,
    }
    // ANCHOR_END: cut-parse_range
}

/// One element of the list: the bytes that it names, of those
/// that there are. Empty where there are none. `None`: it is no
/// range.
fn part(spec: &str, length: u64) -> Option<Range<u64>> {
    //? todo!("chapter 10: read {spec:?} for {length} bytes")
    // ANCHOR: cut-part
    let (first, last) = spec.split_once('-')?;
    if first.is_empty() {
        return Some(length.saturating_sub(position(last)?)..length);
    }
    let first = position(first)?;
    if last.is_empty() {
        return Some(first.min(length)..length);
    }
    let last = position(last)?;
    (first <= last)
        .then(|| first.min(length)..last.saturating_add(1).min(length))
    // ANCHOR_END: cut-part
}

/// What may stand around a comma.
const BLANK: [char; 2] = [' ', '\t'];

/// A number of any count of digits; one that is too large is the
/// largest. `None`: something is no digit, or nothing is there.
fn position(digits: &str) -> Option<u64> {
    //? todo!("chapter 10: the number {digits:?}")
    // ANCHOR: cut-position
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0u64, |number, digit| {
        let digit = char::from(digit).to_digit(10)?;
        Some(number.saturating_mul(10).saturating_add(digit.into()))
    })
    // ANCHOR_END: cut-position
}
