//! Heads: `parse_head` and `parse_fields`.

use lab::memory::Mark;
use lab::size::MIB;
use lab::{Size, Steps};
use messages::{Fields, Head, HeadLimits, parse_fields, parse_head};

use crate::models;
use crate::serving::{plain, serve};

const REQUEST: &str = "\
GET /a?b=c HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\n\r\n";

/// Field lines that nobody may repair.
const ODD: [&[u8]; 23] = [
    b"no colon\r\n",
    b": no name\r\n",
    b"Host : a\r\n",
    b"Host\t: a\r\n",
    b" Host: a\r\n",
    b"A: b\r\n c: folded\r\n",
    b"A: b\r\n folded\r\n",
    b"A: b\rC: d\r\n",
    b"A: b\nC: d\r\n",
    b"A: b\0\r\n",
    b"Transfer-Encoding: \x0bchunked\r\n",
    b"A: b\x0c\r\n",
    b"A: \x1b[1m\r\n",
    b"A b: c\r\n",
    b"Gr\xc3\xb6\xc3\x9fe: 5\r\n",
    b"A: \xff\r\n",
    // Only blanks: neither an empty line nor a name.
    b" \r\n",
    b"\t\r\n",
    b"A: b\r\n \r\n",
    b"A: b\r\n \t \r\nC: d\r\n",
    // A line ends with one CR.
    b"A: b\r\r\n",
    b"A:\r\r\n",
    b"A: b \r \r\n",
];

pub fn odd_lines(steps: Steps) {
    for lines in ["", "Host: a\r\n", "a:b\r\nC: d e\r\n"] {
        fields(&steps, lines.as_bytes());
    }
    for lines in ODD {
        let shown = lines.escape_ascii();
        steps.step(format!("parse_fields(b\"{shown}\")"));
        let what = format!("the fields \"{shown}\"");
        let error = steps.refuses(what, parse_fields(lines));
        steps.variant("the error", &error, &["Head"]);
    }
    models::no_fields(&steps);
}

pub fn its_end(steps: Steps) {
    let long = "x".repeat(300);
    let cases: [(&str, &str, &str); 14] = [
        ("Host: example.org", "Host", "example.org"),
        ("Host:example.org", "Host", "example.org"),
        ("Host:   example.org  ", "Host", "example.org"),
        ("Host:\texample.org \t", "Host", "example.org"),
        ("X-Time: 12:30:00", "X-Time", "12:30:00"),
        ("Host: [::1]:8080", "Host", "[::1]:8080"),
        ("X-Colons:a: b", "X-Colons", "a: b"),
        ("X-Colons: a: b:", "X-Colons", "a: b:"),
        ("X-Colon::", "X-Colon", ":"),
        ("X-Tab: a\tb \tc", "X-Tab", "a\tb \tc"),
        ("X-Empty:", "X-Empty", ""),
        ("X-Two: a  b", "X-Two", "a  b"),
        ("X-Wide: \u{a0}a\u{2003}", "X-Wide", "\u{a0}a\u{2003}"),
        (&format!("X-Long: {long}"), "X-Long", &long),
    ];
    for (line, name, value) in cases {
        let lines = format!("{line}\r\n");
        let read = fields(&steps, lines.as_bytes());
        let what = format!("the value in {line:?}");
        steps.equal(what, &read.get(name), &Some(value));
        let count = read.iter().count();
        steps.equal(format!("fields in {line:?}"), &count, &1);
    }
    // What follows is a body, or the next request: anything.
    for after in ["", "a\r\n\r\nb", "\r\n\r\n", "GET / HTTP/1.1\r\n"] {
        whole(&steps, REQUEST.as_bytes(), after.as_bytes());
    }
    whole(&steps, REQUEST.as_bytes(), b"\xff\xfe\0\n\n");
    let (head, _) = whole(&steps, b"GET / HTTP/1.0\r\n\r\n", b"a:b");
    steps.equal("its fields", &head.fields.iter().count(), &0);
    // Whether that is a request is asked by somebody else.
    for odd in [
        " GET  / HTTP/1.1 ",
        "GET /a\tb HTTP/1.1",
        "\x01\x1b\x7f",
        "GET /gr\u{f6}\u{df}e HTTP/1.1",
        "no request: at all",
    ] {
        let head = format!("{odd}\r\n\r\n");
        let (head, _) = whole(&steps, head.as_bytes(), b"");
        steps.equal("its start line", head.start.as_str(), odd);
    }
    no_end(&steps);
    let read = fields(&steps, b"A: 1\r\nB: 2\r\na: 3\r\nA: 1\r\n");
    let values: Vec<&str> =
        read.iter().map(|(_, value)| value.as_str()).collect();
    steps.equal(
        "every value, in order",
        &values,
        &["1", "2", "3", "1"],
    );
    let names: Vec<&str> =
        read.iter().map(|(name, _)| name.as_str()).collect();
    steps.equal("names as they came", &names, &["A", "B", "a", "A"]);
    let start = b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n";
    steps.step(format!("parse_head(b\"{}\")", start.escape_ascii()));
    let parsed = parse_head(start, &HeadLimits::default());
    let error = steps.refuses("a start line that is no UTF-8", parsed);
    steps.variant("the error", &error, &["Head"]);
    for lines in ODD {
        let head = [b"GET / HTTP/1.1\r\n", lines, b"\r\n"].concat();
        let shown = head.escape_ascii();
        steps.step(format!("parse_head(b\"{shown}\")"));
        let parsed = parse_head(&head, &HeadLimits::default());
        let error = steps.refuses("a head with an odd line", parsed);
        steps.variant("the error", &error, &["Head"]);
    }
    models::fields(&steps);
    models::start_lines(&steps);
}

/// Line feeds alone, which end neither a line nor a head.
fn no_end(steps: &Steps) {
    for come in [
        "GET / HTTP/1.1\n\n",
        "GET / HTTP/1.1\n\r\n",
        "GET / HTTP/1.1\r\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
    ] {
        steps.step(format!("parse_head(b{come:?})"));
        let parsed =
            parse_head(come.as_bytes(), &HeadLimits::default());
        // That it never becomes a head may be noticed early.
        let there = matches!(parsed, Ok(Some(_)));
        steps.holds("no empty line has come yet", !there);
    }
}

pub fn any_pieces(steps: Steps) {
    for head in [
        REQUEST,
        "GET / HTTP/1.0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
        // Characters of 2, 3 and 4 bytes, cut within each.
        "GET / HTTP/1.1\r\nX: \u{f6}\u{20ac}\u{1f600}\r\n\r\n",
        "GET /\u{f6}\u{20ac}\u{1f600} HTTP/1.1\r\n\r\n",
    ] {
        let all = format!("{head}GET ");
        for length in 0..=all.len() {
            let come = &all.as_bytes()[..length];
            let shown = come.escape_ascii();
            steps.step(format!("parse_head(b\"{shown}\")"));
            let parsed = parse_head(come, &HeadLimits::default());
            let parsed = steps.succeeds("what has come", parsed);
            let used = parsed.as_ref().map(|(_, used)| *used);
            let due = (length >= head.len()).then_some(head.len());
            steps.equal("bytes of the head", &used, &due);
            if let Some((parsed, _)) = parsed {
                let start = head.split("\r\n").next();
                let seen = Some(parsed.start.as_str());
                steps.equal("start line", &seen, &start);
            }
        }
    }
}

pub async fn limits(steps: Steps) {
    let limits = HeadLimits {
        bytes: 64,
        fields: 3,
    };
    let of = |length: usize| {
        let filler = "x".repeat(length - 23);
        format!("GET / HTTP/1.1\r\nA: {filler}\r\n\r\n")
    };
    let too_long = "HeadTooLong { limit: 64 }";
    for (length, error) in
        [(40, None), (64, None), (65, Some(too_long))]
    {
        for after in ["", "GET /b HTTP/1.1\r\n\r\n"] {
            steps.step(format!(
                "a head of {length} bytes, limit 64, then {after:?}"
            ));
            let input = of(length) + after;
            let parsed = parse_head(input.as_bytes(), &limits);
            judge(&steps, parsed, error);
        }
    }
    let too_many = "TooManyFields { limit: 3 }";
    for (count, error) in
        [(3, None), (4, Some(too_many)), (9, Some(too_many))]
    {
        for after in ["", "a body"] {
            steps.step(format!(
                "a head of {count} fields, limit 3, then {after:?}"
            ));
            let lines = "A:b\r\n".repeat(count);
            let head = format!("G / HTTP/1.1\r\n{lines}\r\n{after}");
            let parsed = parse_head(head.as_bytes(), &limits);
            judge(&steps, parsed, error);
        }
    }
    // With 64 there is no room left for an end. Whoever counts the
    // bytes that must still come says so a little earlier.
    for length in [64, 65, 100, 1 << 20] {
        steps.step(format!("{length} bytes without an end, limit 64"));
        let endless = "x".repeat(length);
        let parsed = parse_head(endless.as_bytes(), &limits);
        judge(&steps, parsed, Some(too_long));
    }
    // Two line ends fit behind these 60.
    let longest = [of(64), format!("{}\r\n\r\n", "x".repeat(60))];
    for head in longest {
        for length in 0..head.len() {
            steps.step(format!("{length} of 64 bytes, limit 64"));
            let parsed =
                parse_head(&head.as_bytes()[..length], &limits);
            let parsed = steps.succeeds("what may go on", parsed);
            steps.holds("there is no head yet", parsed.is_none());
        }
    }

    largest(&steps);
    counts(&steps);
    models::limits(&steps);

    steps.step("a server, and a head that goes on and on");
    let line = b"X-Filler: 0123456789 0123456789 0123456789\r\n";
    let start = b"GET / HTTP/1.1\r\nHost: a\r\n".to_vec();
    let piece = line.repeat(100);
    let pieces = std::iter::repeat_n(piece, 4000);
    let input = std::iter::once(start).chain(pieces);
    let mark = Mark::now();
    let mut served = serve(input, plain("a page")).await;
    let peak = mark.peak();
    let (head, _) = served.answer(&steps, "GET").await;
    steps.equal("status", &head.status, &431);
    let what = "memory that the head took";
    steps.at_most(what, Size(peak), Size(MIB));
    let read = Size(served.taken as u64);
    steps.at_most("bytes that were read", read, Size(MIB));
}

/// Limits that limit nothing, and ones that leave nothing.
fn largest(steps: &Steps) {
    for (bytes, fields) in [
        (usize::MAX, usize::MAX),
        (usize::MAX, 1),
        (1 << 20, usize::MAX),
    ] {
        let limits = HeadLimits { bytes, fields };
        for length in [40, 255, 256, 257, 65_535, 65_536, 65_537] {
            steps.step(format!("a head of {length} bytes, {limits:?}"));
            let head = format!(
                "GET / HTTP/1.1\r\nA: {}\r\n\r\n",
                "x".repeat(length - 23)
            );
            let mark = Mark::now();
            let parsed = parse_head(head.as_bytes(), &limits);
            let peak = mark.peak();
            let parsed =
                steps.succeeds("a head within the limit", parsed);
            let used = parsed.map(|(_, used)| used);
            steps.equal("bytes of the head", &used, &Some(length));
            let most = Size(MIB);
            steps.at_most("memory for it", Size(peak), most);

            let cut = &head.as_bytes()[..length - 1];
            let parsed = parse_head(cut, &limits);
            let parsed = steps.succeeds("what may go on", parsed);
            steps.holds("there is no head yet", parsed.is_none());
        }
    }
    for bytes in [0, 1, 3] {
        let limits = HeadLimits { bytes, fields: 3 };
        let input = "GET / HTTP/1.1\r\n\r\n";
        for length in [bytes.max(1), input.len()] {
            let come = &input[..length];
            steps.step(format!(
                "{come:?}, with a limit of {bytes} bytes"
            ));
            let parsed = parse_head(come.as_bytes(), &limits);
            let error = format!("HeadTooLong {{ limit: {bytes} }}");
            judge(steps, parsed, Some(&error));
        }
    }
}

/// As many fields as are allowed, and one more.
fn counts(steps: &Steps) {
    for most in [0, 1, 100, 255, 256, 300, 65_535, 65_536] {
        let limits = HeadLimits {
            bytes: 1 << 20,
            fields: most,
        };
        for count in [most, most + 1] {
            steps.step(format!(
                "a head of {count} fields, limit {most}"
            ));
            let lines = "A:b\r\n".repeat(count);
            let head = format!("G / HTTP/1.1\r\n{lines}\r\n");
            let parsed = parse_head(head.as_bytes(), &limits);
            let error = format!("TooManyFields {{ limit: {most} }}");
            let error = (count > most).then_some(error.as_str());
            judge(steps, parsed, error);
        }
    }
}

/// Reads fields that are right.
fn fields(steps: &Steps, lines: &[u8]) -> Fields {
    let shown = lines.escape_ascii();
    steps.step(format!("parse_fields(b\"{shown}\")"));
    let what = format!("the fields \"{shown}\"");
    steps.succeeds(what, parse_fields(lines))
}

/// Reads a head that is right, with something behind it.
fn whole(steps: &Steps, head: &[u8], after: &[u8]) -> (Head, usize) {
    let input = [head, after].concat();
    steps.step(format!("parse_head(b\"{}\")", input.escape_ascii()));
    let parsed = parse_head(&input, &HeadLimits::default());
    let parsed = steps.succeeds("the head", parsed);
    let Some((parsed, used)) = parsed else {
        steps.fail("a head, for it is all there", "None");
    };
    steps.equal("bytes of the head", &used, &head.len());
    (parsed, used)
}

fn judge(
    steps: &Steps,
    parsed: Result<Option<(Head, usize)>, messages::MessageError>,
    error: Option<&str>,
) {
    if let Some(expected) = error {
        let error = steps.refuses("a head above the limit", parsed);
        steps.variant("the error", &error, &[expected]);
    } else {
        let parsed = steps.succeeds("a head within the limit", parsed);
        steps.holds("the head is there", parsed.is_some());
    }
}
