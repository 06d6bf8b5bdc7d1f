//! Many small inputs, and what a slow and simple reader makes of
//! them. A table holds what somebody thought of; these sweeps hold
//! the rest.

use lab::Steps;
use messages::{
    BodyLength, Fields, HeadLimits, Kind, body_length, chunk_size,
    parse_fields, parse_head, resource_path,
};

/// Where a character is put into a line.
const PLACES: [fn(&str) -> String; 6] = [
    |odd| format!("{odd}Host: a"),
    |odd| format!("Ho{odd}st: a"),
    |odd| format!("Host{odd}: a"),
    |odd| format!("Host:{odd}a"),
    |odd| format!("Host: a{odd}b"),
    |odd| format!("Host: a{odd}"),
];

/// Every ASCII character, some that look like a blank or a letter,
/// and pairs of those that are easily taken away together.
fn odd_characters() -> Vec<String> {
    let ascii = (0..128_u8).map(char::from);
    let others = ['\u{a0}', '\u{2003}', '\u{f6}', '\u{212a}'];
    let one = ascii.chain(others).map(String::from);
    let some = [' ', '\t', '\r', ':', '\u{a0}'];
    let two = some.iter().flat_map(|first| {
        some.iter().map(move |second| format!("{first}{second}"))
    });
    one.chain(two).collect()
}

/// The field in a line, if it is one.
fn field_in(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let value = value.trim_matches([' ', '\t']);
    Fields::default().push(name, value).ok()?;
    Some((name.to_owned(), value.to_owned()))
}

/// Each odd character at each place of a field line: those lines
/// that are no field.
pub fn no_fields(steps: &Steps) {
    for_each_line(|line| {
        if field_in(line).is_some() {
            return;
        }
        let lines = format!("{line}\r\n");
        steps.step(format!("parse_fields(b{lines:?})"));
        let what = format!("the fields {lines:?}");
        let error = steps.refuses(what, parse_fields(lines.as_bytes()));
        steps.variant("the error", &error, &["Head"]);
    });
}

/// The same: those lines that are one.
pub fn fields(steps: &Steps) {
    for_each_line(|line| {
        let Some(field) = field_in(line) else {
            return;
        };
        let lines = format!("{line}\r\n");
        steps.step(format!("parse_fields(b{lines:?})"));
        let read = parse_fields(lines.as_bytes());
        let read = steps.succeeds("the fields", read);
        let read: Vec<_> = read.iter().cloned().collect();
        steps.equal(
            format!("the field in {line:?}"),
            &read,
            &vec![field],
        );
    });
}

fn for_each_line(mut judge: impl FnMut(&str)) {
    for odd in odd_characters() {
        for place in PLACES {
            judge(&place(&odd));
        }
    }
}

/// Start lines with every ASCII character. Only CR LF ends one, and
/// what may stand in it is its parser's affair.
pub fn start_lines(steps: &Steps) {
    let places: [fn(&str) -> String; 3] = [
        |odd| format!("{odd}GET / HTTP/1.1"),
        |odd| format!("GET / HTTP/1.1{odd}Host: b"),
        |odd| format!("GET / HTTP/1.1{odd}"),
    ];
    for odd in odd_characters() {
        for place in places {
            let start = place(&odd);
            let head = format!("{start}\r\nA: b\r\n\r\n");
            steps.step(format!("parse_head(b{head:?})"));
            let parsed =
                parse_head(head.as_bytes(), &HeadLimits::default());
            let parsed = steps.succeeds("the head", parsed);
            let seen = parsed.map(|(head, used)| {
                (head.start, head.fields.iter().count(), used)
            });
            let due = (start, 1, head.len());
            steps.equal("its start line", &seen, &Some(due));
        }
    }
}

/// One head, every limit around its length, and every part of it.
pub fn limits(steps: &Steps) {
    let head = "G / HTTP/1.1\r\nA: b\r\n\r\n";
    let all = format!("{head}\r\n\r\n");
    for bytes in 0..=all.len() + 2 {
        let limits = HeadLimits { bytes, fields: 1 };
        for length in 0..=all.len() {
            let come = &all[..length];
            steps.step(format!("{length} bytes, limit {bytes}"));
            let parsed = parse_head(come.as_bytes(), &limits);
            let whole = length >= head.len();
            if bytes >= head.len() {
                let parsed = steps.succeeds("a right head", parsed);
                let used = parsed.map(|(_, used)| used);
                let due = whole.then_some(head.len());
                steps.equal("bytes of the head", &used, &due);
            } else if whole || length >= bytes {
                let error =
                    steps.refuses("a head above the limit", parsed);
                let due = format!("HeadTooLong {{ limit: {bytes} }}");
                steps.variant("the error", &error, &[&due]);
            } else {
                // It will be too long. Whether that is seen already
                // depends on how carefully somebody counts.
                let there = matches!(parsed, Ok(Some(_)));
                steps.holds("there is no head yet", !there);
            }
        }
    }
}

/// All rows of one to four lengths, on lines of their own, between
/// commas, and both.
pub fn lengths(steps: &Steps) {
    let mut rows: Vec<Vec<&str>> = vec![vec![]];
    for _ in 0..4 {
        let longer = rows.iter().flat_map(|row| {
            ["5", "6", "", "55"]
                .map(|next| [row.as_slice(), &[next]].concat())
        });
        rows = longer.collect();
        for row in &rows {
            let half = row.len() / 2;
            let both =
                vec![row[..half].join(","), row[half..].join(", ")];
            let apart: Vec<String> =
                row.iter().map(ToString::to_string).collect();
            for lines in [apart, vec![row.join(", ")], both] {
                one_length(steps, row, &lines);
            }
        }
    }
}

fn one_length(steps: &Steps, row: &[&str], lines: &[String]) {
    // The half of a row of one is a line without any value.
    let lone = lines.len() > row.len();
    let same = row.iter().all(|value| *value == row[0]);
    let number = row[0].parse().ok().filter(|_| same && !lone);
    let mut fields = Fields::default();
    for line in lines {
        let pushed = fields.push("Content-Length", line);
        steps.succeeds("the field", pushed);
    }
    steps.step(format!("body_length of the lengths {lines:?}"));
    let seen = body_length(&fields, Kind::Request);
    match (number, seen) {
        (Some(number), Ok(seen)) => {
            let due = BodyLength::Exact(number);
            steps.equal("the length", &seen, &due);
        }
        // RFC 9110, section 8.6: the same twice is anybody's choice.
        (Some(_), Err(error)) if row.len() > 1 => {
            steps.variant("the error", &error, &["Length"]);
        }
        (Some(_), Err(error)) => {
            steps.fail("one length is a length", error);
        }
        (None, seen) => {
            let what = format!("the lengths {lines:?}");
            let error = steps.refuses(what, seen);
            steps.variant("the error", &error, &["Length"]);
        }
    }
}

/// The size in a line before a chunk.
fn size_in(line: &str) -> Option<u64> {
    let digit = |letter: char| letter.is_ascii_hexdigit();
    let after = line.trim_start_matches(digit);
    let digits = &line[..line.len() - after.len()];
    let rest = after.trim_start_matches([' ', '\t']);
    let ends = rest.is_empty() || rest.starts_with(';');
    let size = u64::from_str_radix(digits, 16).ok();
    size.filter(|_| ends && digits.len() <= 16)
}

/// Every ASCII character around a digit, and every short line of
/// the characters that matter.
pub fn sizes(steps: &Steps) {
    let odd = odd_characters().into_iter();
    let mut lines: Vec<String> = odd
        .flat_map(|odd| {
            [
                odd.clone(),
                format!("{odd}5"),
                format!("5{odd}"),
                format!("5{odd}5"),
                format!("5;{odd}"),
            ]
        })
        .collect();
    let letters = ["0", "a", "F", "g", " ", "\t", ";", "+"];
    lines.extend(texts(&letters, 4));
    for line in lines {
        steps.step(format!("chunk_size({line:?})"));
        let seen = chunk_size(&line);
        if let Some(size) = size_in(&line) {
            let seen = steps.succeeds(format!("{line:?}"), seen);
            steps.equal(format!("the size in {line:?}"), &seen, &size);
        } else {
            let what = format!("the line {line:?}");
            let error = steps.refuses(what, seen);
            steps.variant("the error", &error, &["Chunk"]);
        }
    }
}

/// The names in a target, if they are all names of files.
fn names_in(target: &str) -> Option<Vec<String>> {
    let (target, _) = target.split_once('?').unwrap_or((target, ""));
    let path = match target.strip_prefix("http://") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            &rest[end..]
        }
        None if target.starts_with('/') => target,
        None => return None,
    };
    let mut names = Vec::new();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let name = messages::percent_decode(name).ok()?;
        let name = String::from_utf8(name).ok()?;
        if name.starts_with('.') || name.contains(['/', '\\', '\0']) {
            return None;
        }
        names.push(name);
    }
    Some(names)
}

/// Every short row of what has a meaning in a target.
pub fn targets(steps: &Steps) {
    let parts = [
        "/", "a", ".", "?", "#", "%2e", "%2F", "%3f", "%25", "%", "\\",
        "%00", "+", "http://h",
    ];
    for target in texts(&parts, 3) {
        // `http://hhttp://h`: the port is none. Who looks at a host
        // may refuse it.
        let odd_host = target.matches("http:").count() > 1
            || target.contains("http://h%")
            || target.contains("http://h\\");
        let windows = cfg!(windows) && target.contains([':', '.', '%']);
        if odd_host || windows {
            continue;
        }
        steps.step(format!("resource_path({target:?})"));
        let seen = resource_path(&target);
        if let Some(names) = names_in(&target) {
            let what = format!("the target {target:?}");
            let seen = steps.succeeds(what, seen);
            let due: std::path::PathBuf = names.iter().collect();
            let seen = seen.as_path().as_os_str();
            steps.equal("the path", &seen, &due.as_os_str());
        } else {
            let what = format!("the target {target:?}");
            let error = steps.refuses(what, seen);
            steps.variant("the error", &error, &["Target"]);
        }
    }
}

/// All texts of one to `most` parts.
fn texts(parts: &[&str], most: usize) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut last = vec![String::new()];
    for _ in 0..most {
        let longer = last.iter().flat_map(|text| {
            parts.iter().map(move |part| format!("{text}{part}"))
        });
        last = longer.collect();
        all.extend_from_slice(&last);
    }
    all
}
