//! Sizes, rates, and durations in the format in which people type them: `64MiB`, `1
//! GiB`, `512`, `1MiB/s`, `5s`. -Units of size are powers of two. `MB` is refused
//! instead of guessed at: it is read as either. +Units of size are powers of two. `MB`
//! is refused, because some people mean a power of two and others a power of ten.

/// The units, the largest first, with their sizes in bytes.
const UNITS: [(&str, u64); 4] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

/// Returns a size in bytes. There may be a space before the unit, whose case doesn't
/// matter; without a unit, the number is in bytes.
///
/// # Errors
///
/// Returns a message with the text, and with two valid sizes.
pub fn parse_size(text: &str) -> Result<u64, String> {
    parse(text).ok_or_else(|| {
        format!("`{text}` isn't a size; sizes are written like 64MiB or 1GiB")
    })
}

/// Returns a rate in bytes per second. The text is a size and `/s`, which may be left
/// out.
///
/// # Errors
///
/// Returns a message with the text, and with two valid rates.
pub fn parse_rate(text: &str) -> Result<u64, String> {
    let trimmed = text.trim();
    let size = trimmed.strip_suffix("/s").unwrap_or(trimmed);
    parse(size).filter(|rate| *rate > 0).ok_or_else(|| {
        format!("`{text}` isn't a rate; rates are written like 512KiB/s or 1MiB/s")
    })
}

/// Returns a duration in seconds. The text is a whole number, with or without a unit.
///
/// # Errors
///
/// Returns a message with the text, and with a valid duration.
pub fn parse_seconds(text: &str) -> Result<u64, String> {
    let trimmed = text.trim();
    let number = trimmed.strip_suffix('s').unwrap_or(trimmed).trim_end();
    number.parse().map_err(|_| {
        format!("`{text}` isn't a duration; durations are whole seconds, such as 5s")
    })
}

/// Returns whether a word is a unit that belongs to the number before it, as in `--size
/// 1 GiB`.
pub fn is_unit(word: &str) -> bool {
    let unit = word.strip_suffix("/s").unwrap_or(word);
    UNITS
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(unit))
}

/// Returns the shortest exact way to type a size: `1GiB`, `1000`.
pub fn compact(bytes: u64) -> String {
    match shortest(bytes) {
        (number, "B") => number.to_string(),
        (number, unit) => format!("{number}{unit}"),
    }
}

/// Returns the size for people: `1 GiB`, `1000 bytes`.
pub fn spaced(bytes: u64) -> String {
    match shortest(bytes) {
        (number, "B") => counted(number),
        (number, unit) => format!("{number} {unit}"),
    }
}

/// Returns a count of bytes: `1 byte`, `2 bytes`.
pub fn counted(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        bytes => format!("{bytes} bytes"),
    }
}

/// Returns a rounded size for comparisons: in MiB with one decimal, or in GiB from 10
/// GiB on.
pub fn rounded(bytes: u64) -> String {
    let mebibytes = bytes as f64 / f64::from(1 << 20);
    if mebibytes >= 10.0 * 1024.0 {
        format!("{:.1} GiB", mebibytes / 1024.0)
    } else {
        format!("{mebibytes:.1} MiB")
    }
}

fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let unit = match unit.trim() {
        "" => 1,
        unit => {
            let known = UNITS
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(unit));
            known?.1
        }
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

fn shortest(bytes: u64) -> (u64, &'static str) {
    let fits = |(_, unit): &&(&str, u64)| bytes >= *unit && bytes.is_multiple_of(*unit);
    UNITS
        .iter()
        .find(fits)
        .map_or((bytes, "B"), |(name, unit)| (bytes / unit, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_may_have_a_space_and_any_case() {
        for (text, size) in [
            ("1GiB", 1 << 30),
            ("1 GiB", 1 << 30),
            (" 64MiB ", 64 << 20),
            ("64 mib", 64 << 20),
            ("7", 7),
            ("7 B", 7),
            ("0", 0),
        ] {
            assert_eq!(parse_size(text), Ok(size), "{text}");
        }
    }

    #[test]
    fn a_rate_is_a_size_each_second() {
        for text in ["1MiB/s", "1 MiB/s", "1MiB", "1048576", " 1 MiB /s"] {
            assert_eq!(parse_rate(text), Ok(1 << 20), "{text}");
        }
        for text in ["0", "fast", "1MB/s", "1MiB/m", ""] {
            let fault = parse_rate(text).expect_err(text);
            for part in [format!("`{text}`"), "512KiB/s or 1MiB/s".to_owned()] {
                assert!(fault.contains(&part), "{fault}");
            }
        }
    }

    #[test]
    fn a_duration_is_whole_seconds() {
        for text in ["5s", "5", " 5 s "] {
            assert_eq!(parse_seconds(text), Ok(5), "{text}");
        }
        for text in ["", "s", "5m", "0.5s", "-1s", "forever"] {
            let fault = parse_seconds(text).expect_err(text);
            assert!(fault.contains(&format!("`{text}`")), "{fault}");
        }
    }

    #[test]
    fn what_isnt_a_size_is_repeated_with_two_that_are() {
        for text in ["1GB", "1G", "", "GiB", "1.5GiB", "-1", "99999999999999 GiB"] {
            let fault = parse_size(text).expect_err(text);
            for part in [format!("`{text}`"), "64MiB or 1GiB".to_owned()] {
                assert!(fault.contains(&part), "{fault}");
            }
        }
    }

    #[test]
    fn what_is_printed_can_be_typed() {
        for size in [1, 1000, 1 << 10, 3 << 20, 1 << 30, (1 << 30) + 1] {
            assert_eq!(parse_size(&compact(size)), Ok(size));
        }
        let printed = [0, 1, 2, 1 << 20].map(spaced);
        assert_eq!(printed, ["0 bytes", "1 byte", "2 bytes", "1 MiB"]);
        assert!(is_unit("GiB") && is_unit("MiB/s") && !is_unit("naive"));
    }
}
