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
    let mut parts = Vec::new();
    let unit = header.get(..6).unwrap_or_default();
    if !unit.eq_ignore_ascii_case("bytes=") {
        return Ranges::Whole;
    }
    let list = &header[6..];
    let mut any = false;
    for spec in list.split(',') {
        let spec = spec.trim_matches(['\t', ' ']);
        if spec.is_empty() {
            continue;
        }
        any = true;
        let Some((first, last)) = spec.split_once('-') else {
            return Ranges::Whole;
        };
        let range = match (position(first), position(last)) {
            (Some(first), Some(last)) if first <= last => {
                first
                    ..last
                        .min(length.saturating_sub(1))
                        .saturating_add(1)
            }
            (Some(first), None) if last.is_empty() => first..length,
            (None, Some(suffix)) if first.is_empty() => {
                length - suffix.min(length)..length
            }
            _ => return Ranges::Whole,
        };
        if range.start < range.end && range.start < length {
            parts.push(range);
        }
    }
    match (any, parts.is_empty()) {
        (false, _) => Ranges::Whole,
        (true, true) => Ranges::Unsatisfiable,
        (true, false) => Ranges::Parts(parts),
    }
}

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
