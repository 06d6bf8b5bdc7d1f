//! Checks of the boundary scanner alone.

use bytes::BytesMut;
use lab::Size;
use lab::Steps;
use lab::memory::Mark;
use lab::random::Random;
use lab::size::MIB;
use lab::split::{self, Pieces};
use uploads::{BoundaryScanner, Scanned, UploadError};

use crate::padding;

const BOUNDARY: &str = "simple boundary";
/// CR, LF, two dashes and the boundary.
const DELIMITER: usize = 4 + BOUNDARY.len();

/// What a scanner made of a body.
#[derive(Debug, PartialEq, Eq)]
struct Made {
    parts: Vec<String>,
    finished: bool,
}

/// The bytes as text that a person can compare.
fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// Scans a body in these chunks. The parts of these bodies have
/// no heads, so all behind a boundary line is data.
fn scanned<'a>(
    steps: &Steps,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Made, UploadError> {
    scanned_by(steps, BOUNDARY, chunks)
}

/// The same with another boundary.
fn scanned_by<'a>(
    steps: &Steps,
    boundary: &str,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Made, UploadError> {
    let (made, ended) = scanned_until(steps, boundary, chunks);
    ended.map(|()| made)
}

/// The same, with what came before an error, if there is one.
fn scanned_until<'a>(
    steps: &Steps,
    boundary: &str,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Made, Result<(), UploadError>) {
    let scanner = BoundaryScanner::new(boundary);
    let mut scanner = steps.succeeds("a scanner", scanner);
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let (mut input, mut calls, mut given) = (BytesMut::new(), 0, 0);
    let (mut ended, mut result) = (false, Ok(()));
    'chunks: for chunk in chunks {
        input.extend_from_slice(chunk);
        given += chunk.len();
        loop {
            calls += 1;
            let most = 4 * given + 100;
            steps.at_most("calls of scan", calls, most);
            match scanner.scan(&mut input) {
                Ok(Scanned::Data(data)) => {
                    steps
                        .holds("data is never empty", !data.is_empty());
                    let Some(part) = parts.last_mut() else {
                        let seen = shown(&data);
                        steps.fail("a part before its data", seen);
                    };
                    part.extend_from_slice(&data);
                }
                Ok(Scanned::Part) => parts.push(Vec::new()),
                Ok(Scanned::More) => {
                    steps.holds("it stays ended", !ended);
                    break;
                }
                Ok(Scanned::End) => {
                    ended = true;
                    steps.equal("left after the end", &input.len(), &0);
                    break;
                }
                Err(error) => {
                    result = Err(error);
                    break 'chunks;
                }
            }
        }
    }
    let made = Made {
        parts: parts.iter().map(|part| shown(part)).collect(),
        finished: scanner.finished(),
    };
    (made, result)
}

/// Scans in these chunks, and compares.
fn expect(steps: &Steps, chunks: &Pieces, parts: &[&[u8]]) {
    let made = scanned(steps, chunks.iter());
    let what = format!("the body {}", chunks.name());
    let made = steps.succeeds(&what, made);
    let parts = parts.iter().map(|part| shown(part)).collect();
    let finished = true;
    steps.equal(what, &made, &Made { parts, finished });
}

fn body(text: &str) -> Vec<u8> {
    text.replace('B', BOUNDARY).into_bytes()
}

/// Bodies, and what is between their boundaries.
const BODIES: [(&str, &str, &[&[u8]]); 7] = [
    ("one part", "--B\r\nabc\r\n--B--\r\n", &[b"abc"]),
    ("two parts", "--B\r\na\r\n--B\r\nb\r\n--B--", &[b"a", b"b"]),
    ("empty parts", "--B\r\n\r\n--B\r\n\r\n--B--", &[b"", b""]),
    ("a line end at its start", "\r\n--B\r\na\r\n--B--", &[b"a"]),
    (
        "a preamble and an epilogue",
        "this is\r\nnobody's --B\r\n--B\r\na\r\n--B--\r\nnor\r\n--B\r\nx",
        &[b"a"],
    ),
    (
        "padded lines",
        "--B \t \r\na\r\n--B\t\r\nb\r\n--B--  \r\n",
        &[b"a", b"b"],
    ),
    ("no part", "--B--\r\n", &[]),
];

/// The shortest boundary, the longest, and those between.
fn any_length(steps: &Steps) {
    for length in [1, 2, 16, 28, 59, 60, 61, 69, 70] {
        steps.step(format!(
            "a boundary of {length} characters, cut everywhere"
        ));
        let boundary = "x".repeat(length);
        let text = format!("--{boundary}\r\nab\r\n--{boundary}--\r\n");
        for chunks in split::every(text.as_bytes()) {
            let made = scanned_by(steps, &boundary, chunks.iter());
            let what = format!("the body {}", chunks.name());
            let made = steps.succeeds(&what, made);
            let parts = vec!["ab".to_owned()];
            let finished = true;
            steps.equal(what, &made, &Made { parts, finished });
        }
    }
}

/// All of the bodies above and below, in all chunks.
pub fn any_cut(steps: Steps) {
    for (name, text, parts) in BODIES {
        steps.step(format!("a body with {name}, cut everywhere"));
        for chunks in split::every(&body(text)) {
            expect(&steps, &chunks, parts);
        }
    }
    for data in EXACT.map(<[u8]>::to_vec).into_iter().chain(looks()) {
        let whole = [&body("--B\r\n"), &*data, &body("\r\n--B--")];
        let whole = whole.concat();
        let data = &*data;
        steps.step(format!(
            "a part with {}, cut everywhere",
            shown(data)
        ));
        for chunks in split::every(&whole) {
            expect(&steps, &chunks, &[data]);
        }
    }
    steps.step("lines that are none, before the first boundary");
    for chunks in split::every(&lines_before()) {
        expect(&steps, &chunks, &[b"a"]);
    }
    for (text, parts) in GO_ON {
        steps.step(format!(
            "a padded line that goes on, cut everywhere: {}",
            shown(text.as_bytes())
        ));
        for chunks in split::every(&body(text)) {
            refused(&steps, chunks.iter(), parts);
        }
    }
    any_length(&steps);
    steps.step("200 parts of bytes that boundaries are made of");
    let mut random = Random::new(12);
    for _ in 0..200 {
        let (whole, data) = random_part(&mut random);
        expect(&steps, &split::byte_by_byte(&whole), &[&data]);
    }
    steps.step("empty chunks at every cut");
    for (name, text, parts) in BODIES {
        let text = body(text);
        for cut in 0..text.len() {
            let empty = [].as_slice();
            let (a, b) = text.split_at(cut);
            let made = scanned(&steps, [empty, a, empty, empty, b]);
            let what = format!("a body with {name}, cut at {cut}");
            let made = steps.succeeds(&what, made);
            let parts: Vec<String> =
                parts.iter().map(|part| shown(part)).collect();
            steps.equal(what, &made.parts, &parts);
        }
    }
}

/// Ends of an input, and how many of their bytes may still become
/// a boundary.
const ENDS: [(&str, usize); 22] = [
    ("", 0),
    ("-", 0),
    ("--", 0),
    ("\n", 0),
    ("--B", 0),
    ("\rx", 0),
    ("\r\n-x", 0),
    ("\r\n--Simple", 0),
    ("\r\n--Bx", 0),
    ("\r\n--B-x", 0),
    ("\r", 1),
    ("\r\r", 1),
    ("\r\n-\r", 1),
    ("\r\n--B\rb\r", 1),
    ("\r\n", 2),
    ("\r\n\r\n", 2),
    ("\r\n-", 3),
    ("\r\n--\r\n--", 4),
    ("\r\n--simple boundar", DELIMITER - 1),
    ("\r\n--B", DELIMITER),
    ("\r\n--B-", DELIMITER + 1),
    ("\r\n--B \t\r", DELIMITER + 3),
];

/// What does not decide waits for more, and nothing else does.
pub fn what_waits(steps: Steps) {
    for before in [0, 1, 18, 19, 20, 5000] {
        for (end, most) in ENDS {
            for (place, start) in
                [("in a part", "--B\r\n"), ("before all parts", "x")]
            {
                steps.step(format!(
                    "{before} bytes and {}, {place}",
                    shown(end.as_bytes())
                ));
                let long = "x".repeat(before);
                let text = body(&format!("{start}{long}{end}"));
                let scanner = BoundaryScanner::new(BOUNDARY);
                let mut scanner = steps.succeeds("a scanner", scanner);
                let mut input = BytesMut::from(&*text);
                let mut given = 0;
                loop {
                    let scanned = scanner.scan(&mut input);
                    match steps.succeeds("a step", scanned) {
                        Scanned::Data(data) => given += data.len(),
                        Scanned::More => break,
                        _ => {}
                    }
                }
                let left = input.len();
                steps.at_most("bytes that wait for more", left, most);
                if place == "in a part" {
                    let all = before + body(end).len();
                    let what = "bytes that left, and those that wait";
                    steps.equal(what, &(given + left), &all);
                }
            }
        }
    }
    never_held(&steps);
    padding::long(&steps);
}

/// What looks like a boundary, and is none.
const LOOKS: [&str; 14] = [
    "a --B\r\nb",
    "a--B--\r\n",
    "a\n--B\r\nb",
    "a\r--B\r\nb",
    "a\r\n--Bc\r\nd",
    "a\r\n--B-\r\nd",
    "a\r\n--B-c--",
    "a\r\n-- B\r\n",
    "a\r\n\r\n-B\r\n",
    "a\r\n--B\n",
    "a\r\n--B\rb",
    "a\r\n--Simple boundary\r\nb",
    "\r\n--Simple boundary\r\nb",
    "--B\r\nb",
];

fn looks() -> [Vec<u8>; 14] {
    LOOKS.map(body)
}

/// Bodies with a padded line that has more than padding, and the
/// parts whose bytes come before it.
const GO_ON: [(&str, &[&str]); 7] = [
    ("--B\r\na\r\n--B  c\r\n--B--", &["a"]),
    ("--B\r\n\r\n--B\r\nxy\r\n--B\tc", &["", "xy"]),
    ("--B\r\na\r\n--B\r\nbcd\r\n--B --", &["a", "bcd"]),
    ("--B\r\na-\r\n--B \r-\r\n--B--", &["a-"]),
    ("--B\r\na\r\n--Bc\r\n--B \n", &["a\r\n--Bc"]),
    ("before\r\n--B x\r\n--B\r\na\r\n--B--", &[]),
    ("--B x\r\n", &[]),
];

/// The error, and in front of it all of the bytes before it: what
/// comes out does not depend on the cuts here either.
fn refused<'a>(
    steps: &Steps,
    chunks: impl IntoIterator<Item = &'a [u8]>,
    parts: &[&str],
) {
    let (made, ended) = scanned_until(steps, BOUNDARY, chunks);
    let refused = matches!(ended, Err(UploadError::Boundary));
    steps.holds("the error Boundary", refused);
    let parts: Vec<String> =
        parts.iter().map(|part| shown(&body(part))).collect();
    steps.equal("the parts before the error", &made.parts, &parts);
}

pub fn inside_a_line(steps: Steps) {
    for data in looks() {
        let whole = [&body("--B\r\n"), &*data, &body("\r\n--B--")];
        let whole = whole.concat();
        steps.step(format!("a part with {}", shown(&data)));
        expect(&steps, &split::whole(&whole), &[&data]);
    }
    before_the_first(&steps);
    for (text, parts) in GO_ON {
        steps.step(format!(
            "a padded line that goes on: {}",
            shown(text.as_bytes())
        ));
        refused(&steps, [&*body(text)], parts);
    }
    padding::broken(&steps);
    for refused in ["", " ", "a ", "a\r\nb", "ä", "\"", &"x".repeat(71)]
    {
        let made = BoundaryScanner::new(refused);
        let what = format!("{refused:?} is refused");
        steps.holds(what, matches!(made, Err(UploadError::Boundary)));
    }
    let longest = BoundaryScanner::new(&"x".repeat(70));
    steps.holds("70 characters are allowed", longest.is_ok());
}

/// Lines that are none, and then a part.
fn lines_before() -> Vec<u8> {
    let lines = "--Bc\r\n--B-\r\n--B\rb\r\n";
    body(&format!("{lines}--B\r\na\r\n--B--"))
}

/// Such lines also stand before the first boundary, and a client
/// may send very many of them.
fn before_the_first(steps: &Steps) {
    steps.step("such lines before the first boundary");
    expect(steps, &split::whole(&lines_before()), &[b"a"]);
    steps.step("100,000 such lines in one chunk");
    let scanner = BoundaryScanner::new("a");
    let mut scanner = steps.succeeds("a scanner", scanner);
    let lines = [&*b"--a7\r\n".repeat(100_000), b"--a\r\n"].concat();
    let mut input = BytesMut::from(&*lines);
    let scanned = scanner.scan(&mut input);
    let scanned = steps.succeeds("one step", scanned);
    steps.equal("what it finds", &scanned, &Scanned::Part);
}

/// Parts whose bytes are those of boundaries.
const EXACT: [&[u8]; 10] = [
    b"",
    b"\r\n",
    b"\r\n\r\n",
    b"a\r\n",
    b"\r\na",
    b"\r",
    b"\n",
    b"-",
    b"\r\n--",
    b"\r\n--simple boundar",
];

/// The line end in front of a boundary belongs to it, and no
/// other one does.
pub fn exact_bytes(steps: Steps) {
    let every: Vec<u8> = (0..=255).collect();
    for data in EXACT.into_iter().chain([&*every]) {
        let start = body("--B\r\n");
        let end = body("\r\n--B--\r\n");
        let whole = [&start, data, &end].concat();
        steps.step(format!("a part of {} bytes", data.len()));
        expect(&steps, &split::whole(&whole), &[data]);
    }
    steps.step("200 parts of bytes that boundaries are made of");
    let mut random = Random::new(11);
    for _ in 0..200 {
        let (whole, data) = random_part(&mut random);
        expect(&steps, &split::whole(&whole), &[&data]);
    }
}

/// A body with one part, and the bytes of that part.
fn random_part(random: &mut Random) -> (Vec<u8>, Vec<u8>) {
    let letters = b"\r\n--simple boundary";
    let length = random.below(80);
    let data: Vec<u8> =
        (0..length).map(|_| letters[random.below(6)]).collect();
    let whole = [&body("--B\r\n"), &*data, &body("\r\n--B--")];
    (whole.concat(), data)
}

/// Text around the boundaries is no part: it has no head.
pub fn around(steps: Steps) {
    for text in [
        "before\r\n--B\r\na\r\n--B--\r\nafter",
        "\r\nbefore\r\n\r\n--B\r\na\r\n--B--after",
        "before\r\n--B--\r\nafter\r\n--B\r\nafter",
    ] {
        let whole = body(text);
        steps.step(format!("scan {}", shown(&whole)));
        let made = scanned(&steps, [&*whole]);
        let made = steps.succeeds("no error", made);
        let parts = made.parts.concat();
        steps.holds("no preamble in a part", !parts.contains("before"));
        steps.holds("no epilogue in a part", !parts.contains("after"));
        steps.equal("whether it is finished", &made.finished, &true);
    }
}

/// Only both dashes of the last boundary end an upload.
pub fn cut_short(steps: Steps) {
    let start = body("before\r\n--B\r\na\r\n--B\r\nb\r\n--B");
    let whole = [&*start, b"--\r\nafter"].concat();
    steps.step(format!("every beginning of {}", shown(&whole)));
    for length in 0..whole.len() {
        let made = scanned(&steps, [&whole[..length]]);
        let made = steps.succeeds("no error", made);
        let what = format!("finished after {length} bytes");
        let expected = length >= start.len() + 2;
        steps.equal(what, &made.finished, &expected);
        let before = made.parts.concat();
        steps
            .holds("no preamble in a part", !before.contains("before"));
        steps.holds("no epilogue in a part", !before.contains("after"));
    }
}

/// An empty chunk is no end, and no more than that: also where
/// all that came before it was taken out.
pub fn empty_chunks(steps: Steps) {
    let (start, end) = (body("--B\r\n"), body("bc\r\n--B--"));
    let empty = [].as_slice();
    for (what, chunks) in [
        ("before the bytes", vec![&*start, empty, b"a", &*end]),
        ("between the bytes", vec![&*start, b"a", empty, &*end]),
        ("twice", vec![&*start, b"a", empty, empty, &*end]),
    ] {
        let what = format!("a body with an empty chunk {what}");
        steps.step(&what);
        let made = steps.succeeds(&what, scanned(&steps, chunks));
        let parts = vec!["abc".to_owned()];
        let finished = true;
        steps.equal(what, &made, &Made { parts, finished });
    }
}

/// What lies between two boundaries leaves as it comes.
fn never_held(steps: &Steps) {
    steps.step("a part of 1 MiB of carriage returns");
    let scanner = BoundaryScanner::new(BOUNDARY);
    let mut scanner = steps.succeeds("a scanner", scanner);
    let mut input = BytesMut::from(&*body("--B\r\n"));
    let chunk = vec![b'\r'; 16 * 1024];
    let (mark, mut bytes) = (Mark::now(), 0);
    for _ in 0..64 {
        input.extend_from_slice(&chunk);
        loop {
            let scanned = scanner.scan(&mut input);
            match steps.succeeds("a step", scanned) {
                Scanned::More => break,
                Scanned::Data(data) => bytes += data.len(),
                _ => {}
            }
        }
        let most = DELIMITER + 1;
        steps.at_most("bytes that are held back", input.len(), most);
    }
    steps.equal("all others", &(bytes + input.len()), &(1 << 20));
    let peak = Size(mark.peak());
    steps.at_most("memory for 1 MiB", peak, Size(MIB / 4));
}
