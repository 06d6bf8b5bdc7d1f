//! Checks of a whole source that is counted, one chunk at a time.

use std::io::{self, Read};

use buffers::{TextError, Totals};
use lab::memory::Mark;
use lab::size::{KIB, MIB};
use lab::{Size, Steps};

/// The longest line of these checks.
const LIMIT: usize = 40;

/// Something to count, and what there is to find.
struct Case {
    what: &'static str,
    bytes: Vec<u8>,
    lines: u64,
    longest: usize,
    text_error: Option<TextError>,
    line_error: Option<TextError>,
}

fn cases() -> Vec<Case> {
    let case = |what, bytes: &[u8], lines, longest| Case {
        what,
        bytes: bytes.to_vec(),
        lines,
        longest,
        text_error: None,
        line_error: None,
    };
    let invalid = Some(TextError::Invalid { at: 5 });
    let incomplete = Some(TextError::Incomplete { at: 4 });
    let too_long = Some(TextError::LineTooLong { limit: LIMIT });
    let endless = [b"one\ntwo\n", [b'x'; 100].as_slice()].concat();
    vec![
        case("nothing", b"", 0, 0),
        case(
            "three lines",
            "a\nb\u{e9}c\r\n\u{1f980}\n".as_bytes(),
            3,
            4,
        ),
        case("a last line without an end", b"a\n\nlast", 3, 4),
        Case {
            text_error: invalid,
            ..case("a wrong byte", b"ab\ncd\xffef\ngh\n", 3, 5)
        },
        Case {
            text_error: incomplete,
            ..case("half a character", b"abc\n\xf0\x9f\xa6", 2, 3)
        },
        Case {
            line_error: too_long.clone(),
            ..case("a line above the limit", &endless, 2, 3)
        },
        Case {
            text_error: Some(TextError::Invalid { at: 0 }),
            line_error: too_long,
            ..case("no text, and no end", &[0xff; 50], 0, 0)
        },
    ]
}

pub fn counted(steps: Steps) {
    for case in cases() {
        for size in [1, 2, 3, 7, 1000] {
            let Case { what, bytes, .. } = &case;
            steps.step(format!("count {what}, {size} bytes a chunk"));
            let totals = Totals::read(bytes.as_slice(), size, LIMIT);
            let seen = steps.succeeds("the count", totals);
            let length = bytes.len() as u64;
            let expected = Totals {
                chunks: length.div_ceil(size as u64),
                bytes: length,
                lines: case.lines,
                longest: case.longest,
                text_error: case.text_error.clone(),
                line_error: case.line_error.clone(),
            };
            steps.equal("what it counts", &seen, &expected);
        }
    }
    steps.step("count a file that breaks after two chunks");
    let broken = b"12345678".chain(Broken);
    let error = Totals::read(broken, 4, LIMIT);
    let error = steps.refuses("the count", error);
    steps.equal("the error", &error.kind(), &io::ErrorKind::Other);
    memory(&steps);
}

/// However long the source is, a chunk and a line of it are enough.
fn memory(steps: &Steps) {
    let line = [[b'x'; 31].as_slice(), b"\n"].concat();
    steps.step("count 16 MiB in lines of 32 bytes, 64 KiB a chunk");
    let source = io::repeat(0).take(16 * MIB);
    let source = Lined {
        zeros: source,
        line,
        at: 0,
    };
    let mark = Mark::now();
    let totals = Totals::read(source, 64 * KIB as usize, LIMIT);
    let peak = mark.peak();
    let totals = steps.succeeds("the count", totals);
    steps.equal("lines", &totals.lines, &(16 * MIB / 32));
    steps.at_most("peak memory", Size(peak), Size(512 * KIB));
}

/// Turns zeros into lines.
struct Lined<R> {
    zeros: R,
    line: Vec<u8>,
    at: usize,
}

impl<R: Read> Read for Lined<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.zeros.read(buffer)?;
        for byte in &mut buffer[..length] {
            *byte = self.line[self.at];
            self.at = (self.at + 1) % self.line.len();
        }
        Ok(length)
    }
}

/// A disk that fails.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk fails"))
    }
}
