//! Dates as HTTP writes them.
//!
//! Given: the crate `httpdate` does.

use std::time::SystemTime;

use axum::http::HeaderValue;

/// A date such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110,
/// section 5.6.7). Dates before 1970 are 1970.
pub(crate) fn format(date: SystemTime) -> HeaderValue {
    let date = date.max(SystemTime::UNIX_EPOCH);
    HeaderValue::try_from(httpdate::fmt_http_date(date))
        .expect("visible ASCII and blanks")
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
///
/// A year of two digits is one of 1970 to 2069. RFC 9110 would
/// have 70 mean 2070 as soon as that is at most 50 years ahead. A
/// date so far ahead has no use for a file, and its day of the
/// week does not fit 1970: it is ignored.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}
