//! Dates as HTTP writes them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::HeaderValue;

const DAY: u64 = 24 * 60 * 60;
const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
    "Oct", "Nov", "Dec",
];

/// A date such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110,
/// section 5.6.7). Dates before 1970 are 1970.
pub(crate) fn format(date: SystemTime) -> HeaderValue {
    let since = date.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / DAY, since.as_secs() % DAY);
    let (year, month, day) = from_days(days);
    // The first of January 1970 was a Thursday.
    let name = &DAYS[((days + 4) % 7) as usize][..3];
    let month = MONTHS[month - 1];
    let (hour, minute) = (second / 3600, second / 60 % 60);
    let second = second % 60;
    let text = format!(
        "{name}, {day:02} {month} {year:04} \
         {hour:02}:{minute:02}:{second:02} GMT"
    );
    HeaderValue::try_from(text).expect("visible ASCII and blanks")
}

/// Reads a date in any of the three forms that RFC 9110 has:
///
/// ```text
/// Sun, 06 Nov 1994 08:49:37 GMT
/// Sunday, 06-Nov-94 08:49:37 GMT
/// Sun Nov  6 08:49:37 1994
/// ```
///
/// `None` for everything else, and for dates before 1970.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let words: Vec<&str> = text.split(' ').collect();
    let (name, year, month, day, time) = match words[..] {
        [name, day, month, year, time, "GMT"] if day.len() == 2 => {
            let name = name.strip_suffix(',')?;
            (name, number(year, 4)?, month, number(day, 2)?, time)
        }
        [name, date, time, "GMT"] => {
            let name = name.strip_suffix(',')?;
            let mut parts = date.split('-');
            let day = number(parts.next()?, 2)?;
            let month = parts.next()?;
            let year = full_year(number(parts.next()?, 2)?);
            let full = DAYS.contains(&name);
            if parts.next().is_some() || !full {
                return None;
            }
            (&name[..3], year, month, day, time)
        }
        [name, month, "", day, time, year] => {
            (name, number(year, 4)?, month, number(day, 1)?, time)
        }
        [name, month, day, time, year] => {
            (name, number(year, 4)?, month, number(day, 2)?, time)
        }
        _ => return None,
    };
    DAYS.iter().find(|day| day[..3] == *name)?;
    let month = MONTHS.iter().position(|other| *other == month)? + 1;
    let days = days(year, month, day)?;
    Some(UNIX_EPOCH + Duration::from_secs(days * DAY + clock(time)?))
}

/// `08:49:37`. A minute may have a leap second.
fn clock(text: &str) -> Option<u64> {
    let mut parts = text.split(':');
    let mut next = |limit| {
        let number = number(parts.next()?, 2)?;
        (number < limit).then_some(number)
    };
    let (hour, minute, second) = (next(24)?, next(60)?, next(61)?);
    let all = hour * 3600 + minute * 60 + second;
    parts.next().is_none().then_some(all)
}

fn number(text: &str, digits: usize) -> Option<u64> {
    let right = text.len() == digits
        && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.parse().ok())?
}

/// The century of a year of two digits: the latest that is at
/// most 50 years ahead.
fn full_year(short: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let days = now.unwrap_or_default().as_secs() / DAY;
    let latest = from_days(days).0 + 50;
    latest - (latest - short) % 100
}

/// The days from 1970 to a date of the calendar.
fn days(year: u64, month: usize, day: u64) -> Option<u64> {
    let leap = is_leap(year);
    if year < 1970 || day == 0 || day > length(month, leap) {
        return None;
    }
    let months = (1..month).map(|month| length(month, leap));
    Some(before(year) - before(1970) + months.sum::<u64>() + day - 1)
}

/// The date of the calendar, so many days after 1970 began.
fn from_days(days: u64) -> (u64, usize, u64) {
    let days = days + before(1970);
    // Rounded up, so it may be one too many.
    let mut year = days * 400 / 146_097 + 1;
    while before(year) > days {
        year -= 1;
    }
    let mut left = days - before(year);
    let mut month = 1;
    while left >= length(month, is_leap(year)) {
        left -= length(month, is_leap(year));
        month += 1;
    }
    (year, month, left + 1)
}

/// The days before a year, counted from year 1.
fn before(year: u64) -> u64 {
    let past = year - 1;
    past * 365 + past / 4 - past / 100 + past / 400
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100)
        || year.is_multiple_of(400)
}

fn length(month: usize, leap: bool) -> u64 {
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
