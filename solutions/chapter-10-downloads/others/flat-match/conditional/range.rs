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
/// empty elements, and blanks around its commas. The unit's
/// letters may be small or capital.
///
/// A last position behind the end means the end; a suffix longer
/// than the file means all of it. Numbers may have any count of
/// digits. A part that starts behind the end, or the last 0
/// bytes, is left out; when nothing is left, the answer is
/// [`Ranges::Unsatisfiable`].
///
/// Never fails: an unknown unit, a first position above the last,
/// or anything else that is no range makes it
/// [`Ranges::Whole`].
pub fn parse_range(header: &str, length: u64) -> Ranges {
    let list = match header.split_once('=') {
        Some((unit, list)) if unit.eq_ignore_ascii_case("bytes") => {
            list
        }
        _ => return Ranges::Whole,
    };
    let mut named = 0;
    let mut there = Vec::new();
    for element in list.split(',') {
        let spec = element.trim_matches(BLANK);
        if spec.is_empty() {
            continue;
        }
        let Some(bytes) = part(spec, length) else {
            return Ranges::Whole;
        };
        named += 1;
        if !bytes.is_empty() {
            there.push(bytes);
        }
    }
    match (named, there.len()) {
        (0, _) => Ranges::Whole,
        (_, 0) => Ranges::Unsatisfiable,
        _ => Ranges::Parts(there),
    }
}

/// One element of the list: the bytes that it names, of those
/// that there are. Empty where there are none. `None`: it is no
/// range.
fn part(spec: &str, length: u64) -> Option<Range<u64>> {
    match spec.split_once('-')? {
        ("", count) => {
            let count = position(count)?;
            Some(length.saturating_sub(count)..length)
        }
        (first, "") => Some(position(first)?.min(length)..length),
        (first, last) => {
            let (first, last) = (position(first)?, position(last)?);
            let end = last.saturating_add(1).min(length);
            (first <= last).then(|| first.min(end)..end)
        }
    }
}

/// What may stand around a comma.
const BLANK: [char; 2] = [' ', '\t'];

/// A number of any count of digits; one that is too large is the
/// largest. `None`: something is no digit, or nothing is there.
fn position(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0u64, |number, digit| {
        let digit = char::from(digit).to_digit(10)?;
        Some(number.saturating_mul(10).saturating_add(digit.into()))
    })
}
