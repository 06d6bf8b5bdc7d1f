//! Chapter 10's ranges and dates against those of known libraries.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderValue, header};
use downloads::{Conditions, Ranges, parse_range};
use http_range_header::parse_range_header;
use lab::random::Random;

/// What stands in a field, most of it right.
const WORDS: [&str; 12] = [
    "0",
    "1",
    "9",
    "10",
    "99",
    "100",
    "-",
    "-",
    ",",
    " ",
    "a",
    "18446744073709551616",
];
const LENGTH: u64 = 100;

#[test]
fn what_the_library_takes_is_what_the_chapter_takes() {
    let mut random = Random::new(9110);
    let (mut both, mut neither) = (0, 0);
    for _ in 0..50_000 {
        let mut text = String::from("bytes=");
        for _ in 0..1 + random.below(8) {
            text.push_str(WORDS[random.below(WORDS.len())]);
        }
        let ours = parse_range(&text, LENGTH);
        match parse_range_header(&text) {
            Ok(parsed) => {
                let Ok(theirs) = parsed.validate(LENGTH) else {
                    // It refuses a list for one part that is not there.
                    continue;
                };
                let theirs: Vec<_> = theirs
                    .into_iter()
                    .map(|range| *range.start()..*range.end() + 1)
                    .collect();
                assert_eq!(ours, Ranges::Parts(theirs), "{text}");
                both += 1;
            }
            // It knows numbers of 64 bits, no empty elements, few blanks, no 01.
            Err(_) if text.contains([',', ' ']) || text.len() > 24 => {}
            Err(_) if has_a_zero_in_front(&text) => {}
            Err(_) => {
                let refused = !matches!(ours, Ranges::Parts(_));
                assert!(refused, "{text}: {ours:?}");
                neither += 1;
            }
        }
    }
    assert!(both > 1000 && neither > 1000, "{both} and {neither}");
}

fn has_a_zero_in_front(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    numbers.any(|number| number.len() > 1 && number.starts_with('0'))
}

/// The date that the chapter reads.
fn ours(text: &str) -> Option<SystemTime> {
    let mut headers = HeaderMap::new();
    let value = HeaderValue::from_str(text).expect("a date is a value");
    headers.insert(header::IF_MODIFIED_SINCE, value);
    Conditions::read(&headers).if_modified_since
}

#[test]
fn every_date_of_the_library_is_read() {
    let mut random = Random::new(5322);
    for _ in 0..20_000 {
        let seconds = random.number() % 253_402_300_800;
        let date = UNIX_EPOCH + Duration::from_secs(seconds);
        let text = httpdate::fmt_http_date(date);
        assert_eq!(ours(&text), Some(date), "{text}");
    }
}

#[test]
fn the_three_forms_of_a_date_are_one_date() {
    let date = UNIX_EPOCH + Duration::from_secs(784_111_777);
    for text in [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ] {
        assert_eq!(ours(text), Some(date), "{text}");
    }
}
