//! Dates in the formats of HTTP.
//!
//! We provide this file: the crate `httpdate` does the work.

use std::time::SystemTime;

use axum::http::HeaderValue;

/// Returns a date such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110,
/// section 5.6.7). For a date before 1970, it's the beginning of 1970.
pub(crate) fn format(date: SystemTime) -> HeaderValue {
    let date = date.max(SystemTime::UNIX_EPOCH);
    HeaderValue::try_from(httpdate::fmt_http_date(date))
        .expect("visible ASCII and spaces")
}

/// Reads a date in any of the three formats that RFC 9110 allows:
///
/// ```text
/// Sun, 06 Nov 1994 08:49:37 GMT
/// Sunday, 06-Nov-94 08:49:37 GMT
/// Sun Nov  6 08:49:37 1994
/// ```
///
/// Returns `None` for everything else, and for dates before 1970.
///
/// A year of two digits stands for 1970 to 2069. According to RFC 9110,
/// 70 would mean 2070 as soon as that's at most 50 years ahead. No file
/// has a date that far in the future, so it's no loss that such a date
/// is ignored: its day of the week doesn't match the year 1970.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}
