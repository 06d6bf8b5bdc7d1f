//! Checks of the boundary scanner alone.

use bytes::BytesMut;
use lab::Size;
use lab::Steps;
use lab::memory::Mark;
use lab::random::Random;
use lab::size::MIB;
use lab::split::{self, Pieces};
use transfers::{BoundaryScanner, Scanned, UploadError};

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

/// Scans a body in these pieces. The parts of these bodies have
/// no heads, so all behind a boundary line is data.
fn scanned<'a>(
    steps: &Steps,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Made, UploadError> {
    let scanner = BoundaryScanner::new(BOUNDARY);
    let mut scanner = steps.succeeds("a scanner", scanner);
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let (mut input, mut calls, mut given) = (BytesMut::new(), 0, 0);
    let mut ended = false;
    for piece in pieces {
        input.extend_from_slice(piece);
        given += piece.len();
        loop {
            calls += 1;
            let most = 4 * given + 100;
            steps.at_most("calls of scan", calls, most);
            match scanner.scan(&mut input)? {
                Scanned::Data(data) => {
                    steps
                        .holds("data is never empty", !data.is_empty());
                    let Some(part) = parts.last_mut() else {
                        let seen = shown(&data);
                        steps.fail("a part before its data", seen);
                    };
                    part.extend_from_slice(&data);
                }
                Scanned::Part => parts.push(Vec::new()),
                Scanned::More => {
                    steps.holds("it stays ended", !ended);
                    break;
                }
                Scanned::End => {
                    ended = true;
                    steps.equal("left after the end", &input.len(), &0);
                    break;
                }
            }
        }
    }
    Ok(Made {
        parts: parts.iter().map(|part| shown(part)).collect(),
        finished: scanner.finished(),
    })
}

/// Scans in these pieces, and compares.
fn expect(steps: &Steps, pieces: &Pieces, parts: &[&[u8]]) {
    let made = scanned(steps, pieces.iter());
    let what = format!("the body {}", pieces.name());
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

pub fn any_cut(steps: Steps) {
    for (name, text, parts) in BODIES {
        steps.step(format!("a body with {name}, cut everywhere"));
        for pieces in split::every(&body(text)) {
            expect(&steps, &pieces, parts);
        }
    }
    let long = "x".repeat(5000);
    for (what, text) in [
        ("a part", format!("--B\r\n{long}")),
        ("a part with a CR", format!("--B\r\na\r\n\r{long}")),
        ("a part, cut in a boundary", format!("--B\r\n{long}\r\n--")),
        ("text before the first boundary", long.clone()),
        ("such text, cut in a boundary", format!("{long}\r\n--B")),
    ] {
        steps.step(format!("what stays in the input of {what}"));
        let scanner = BoundaryScanner::new(BOUNDARY);
        let mut scanner = steps.succeeds("a scanner", scanner);
        let mut input = BytesMut::from(&*body(&text));
        loop {
            let scanned = scanner.scan(&mut input);
            if steps.succeeds("a step", scanned) == Scanned::More {
                break;
            }
        }
        let most = DELIMITER + 1;
        steps.at_most("bytes that are held back", input.len(), most);
    }
}

/// What looks like a boundary, and is none.
pub fn inside_a_line(steps: Steps) {
    for text in [
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
        "--B\r\nb",
    ] {
        let data = body(text);
        let whole = [&body("--B\r\n"), &*data, &body("\r\n--B--")];
        let whole = whole.concat();
        steps.step(format!("a part with {}", shown(&data)));
        for pieces in split::every(&whole) {
            expect(&steps, &pieces, &[&data]);
        }
    }
    before_the_first(&steps);
    steps.step("a padded line that goes on");
    let whole = body("--B\r\na\r\n--B  c\r\n--B--");
    for pieces in split::every(&whole) {
        let made = scanned(&steps, pieces.iter());
        let refused = matches!(made, Err(UploadError::Boundary));
        steps.holds("the error Boundary", refused);
    }
    for refused in ["", " ", "a ", "a\r\nb", "ä", "\"", &"x".repeat(71)]
    {
        let made = BoundaryScanner::new(refused);
        let what = format!("{refused:?} is refused");
        steps.holds(what, matches!(made, Err(UploadError::Boundary)));
    }
    let longest = BoundaryScanner::new(&"x".repeat(70));
    steps.holds("70 characters are allowed", longest.is_ok());
}

/// Such lines also stand before the first boundary, and a client
/// may send very many of them.
fn before_the_first(steps: &Steps) {
    let lines = "--Bc\r\n--B-\r\n--B\rb\r\n";
    let whole = body(&format!("{lines}--B\r\na\r\n--B--"));
    steps.step("such lines before the first boundary");
    for pieces in split::every(&whole) {
        expect(steps, &pieces, &[b"a"]);
    }
    steps.step("100,000 such lines in one piece");
    let scanner = BoundaryScanner::new("a");
    let mut scanner = steps.succeeds("a scanner", scanner);
    let lines = [&*b"--a7\r\n".repeat(100_000), b"--a\r\n"].concat();
    let mut input = BytesMut::from(&*lines);
    let scanned = scanner.scan(&mut input);
    let scanned = steps.succeeds("one step", scanned);
    steps.equal("what it finds", &scanned, &Scanned::Part);
}

/// The line end in front of a boundary belongs to it, and no
/// other one does.
pub fn exact_bytes(steps: Steps) {
    let every: Vec<u8> = (0..=255).collect();
    for data in [
        b"".as_slice(),
        b"\r\n",
        b"\r\n\r\n",
        b"a\r\n",
        b"\r\na",
        b"\r",
        b"\n",
        b"-",
        b"\r\n--",
        b"\r\n--simple boundar",
        &every,
    ] {
        let start = body("--B\r\n");
        let end = body("\r\n--B--\r\n");
        let whole = [&start, data, &end].concat();
        steps.step(format!("a part of {} bytes", data.len()));
        for pieces in split::every(&whole) {
            expect(&steps, &pieces, &[data]);
        }
    }
    steps.step("200 parts of bytes that boundaries are made of");
    let mut random = Random::new(11);
    for _ in 0..200 {
        let letters = b"\r\n--simple boundary";
        let length = random.below(80);
        let data: Vec<u8> =
            (0..length).map(|_| letters[random.below(6)]).collect();
        let whole = [&body("--B\r\n"), &*data, &body("\r\n--B--")];
        let whole = whole.concat();
        expect(&steps, &split::whole(&whole), &[&data]);
        expect(&steps, &split::byte_by_byte(&whole), &[&data]);
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

/// An empty piece is no end, and no more than that.
pub fn empty_pieces(steps: &Steps) {
    for (name, text, parts) in BODIES {
        let text = body(text);
        for cut in 0..text.len() {
            let empty = [].as_slice();
            let (a, b) = text.split_at(cut);
            let made = scanned(steps, [empty, a, empty, empty, b]);
            let what = format!("a body with {name}, cut at {cut}");
            let made = steps.succeeds(&what, made);
            let parts: Vec<String> =
                parts.iter().map(|part| shown(part)).collect();
            steps.equal(what, &made.parts, &parts);
        }
    }
}

/// What lies between two boundaries leaves as it comes.
pub fn never_held(steps: &Steps) {
    let scanner = BoundaryScanner::new(BOUNDARY);
    let mut scanner = steps.succeeds("a scanner", scanner);
    let mut input = BytesMut::from(&*body("--B\r\n"));
    let piece = vec![b'\r'; 16 * 1024];
    let (mark, mut bytes) = (Mark::now(), 0);
    for _ in 0..64 {
        input.extend_from_slice(&piece);
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
