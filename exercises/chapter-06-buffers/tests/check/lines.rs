//! Checks of what `Lines` finds.

use buffers::{Chunks, Lines, TextError};
use bytes::Bytes;
use lab::memory::Mark;
use lab::size::{KIB, MIB};
use lab::split::{self, Pieces};
use lab::{Size, Steps};

use crate::source::Source;

/// Enough for the lines of these checks.
const LIMIT: usize = 1024;

/// All lines of an input in pieces, the last one too.
fn lines_of(steps: &Steps, pieces: &Pieces<'_>) -> Vec<Bytes> {
    let mut lines = Lines::new(LIMIT);
    let mut found = Vec::new();
    for piece in pieces {
        lines.push(piece);
        take(steps, &mut lines, &mut found);
    }
    found.extend(lines.finish());
    found
}

/// Takes the lines that are whole.
fn take(steps: &Steps, lines: &mut Lines, found: &mut Vec<Bytes>) {
    while let Some(line) = steps.succeeds("a line", lines.next_line()) {
        found.push(line);
    }
}

/// Pushes the input in every possible two pieces, byte by byte
/// and in others, and expects these lines.
fn expect(steps: &Steps, input: &[u8], expected: &[&str]) {
    let seed = lab::recut::seed().unwrap_or(6);
    let random = split::seeded(input, 6, seed, 20);
    for pieces in split::every(input).chain(random) {
        let (shown, name) = (input.escape_ascii(), pieces.name());
        steps.step(format!("cut the lines of \"{shown}\", {name}"));
        let found = lines_of(steps, &pieces);
        let shown: Vec<String> = found
            .iter()
            .map(|line| line.escape_ascii().to_string())
            .collect();
        let expected: Vec<String> = expected
            .iter()
            .map(|line| line.as_bytes().escape_ascii().to_string())
            .collect();
        steps.equal("the lines", &shown, &expected);
    }
}

pub fn every_cut(steps: Steps) {
    expect(&steps, b"one\ntwo\nthree\n", &["one", "two", "three"]);
    expect(&steps, b"one\r\ntwo\r\n", &["one", "two"]);
    expect(&steps, b"one\r\ntwo\nthree", &["one", "two", "three"]);
    expect(&steps, b"\n\none\r\n\r\n", &["", "", "one", ""]);
    expect(&steps, b"abc\n\nd\n", &["abc", "", "d"]);
    expect(&steps, b"abc\r\n\r\n\n\nd", &["abc", "", "", "", "d"]);
    expect(&steps, b"abcdef\na\nb\n\n", &["abcdef", "a", "b", ""]);
    expect(&steps, b"\n", &[""]);
    expect(&steps, b"no end", &["no end"]);
    expect(&steps, b"", &[]);
    expect(&steps, "é\n€\n🦀".as_bytes(), &["é", "€", "🦀"]);

    steps.step("push three lines at once, and one byte after each");
    let mut lines = Lines::new(LIMIT);
    lines.push(b"one\ntwo\nthr");
    for (byte, expected) in [
        (b"e", Some("one")),
        (b"e", Some("two")),
        (b"\n", Some("three")),
        (b"!", None),
    ] {
        let line = steps.succeeds("a line", lines.next_line());
        if expected != Some("three") {
            equal(&steps, line, expected);
            lines.push(byte);
        } else {
            steps.equal("a line that is not whole", &line, &None);
            lines.push(byte);
            let line = steps.succeeds("a line", lines.next_line());
            equal(&steps, line, expected);
        }
    }
    equal(&steps, lines.finish(), Some("!"));
    steps.equal("what is left after that", &lines.finish(), &None);
}

fn equal(steps: &Steps, line: Option<Bytes>, expected: Option<&str>) {
    let expected = expected.map(str::as_bytes);
    steps.equal("the line", &line.as_deref(), &expected);
}

pub fn carriage_returns(steps: Steps) {
    expect(&steps, b"a\rb\r\nc\n", &["a\rb", "c"]);
    expect(&steps, b"a\r\r\nb", &["a\r", "b"]);
    expect(&steps, b"\r\r\r", &["\r\r\r"]);
    expect(&steps, b"a\r", &["a\r"]);
    expect(&steps, b"\r", &["\r"]);
    expect(&steps, b"a\n\r", &["a", "\r"]);
    expect(&steps, b"a\n\r\r\n", &["a", "\r"]);
    expect(&steps, b"a\n\rb\n", &["a", "\rb"]);
}

pub fn all_bytes(steps: Steps) {
    // A trim of the line, a string of C, a mark of a text editor.
    expect(
        &steps,
        b" a \n\t\n \nb\t\r\n ",
        &[" a ", "\t", " ", "b\t", " "],
    );
    expect(
        &steps,
        b"\0\na\0\0\n\0b\n\0",
        &["\0", "a\0\0", "\0b", "\0"],
    );
    let marks = "\u{feff}a\n\u{feff}\n\u{a0}b\u{2028}\u{85}\n\u{feff}";
    expect(
        &steps,
        marks.as_bytes(),
        &["\u{feff}a", "\u{feff}", "\u{a0}b\u{2028}\u{85}", "\u{feff}"],
    );
    let mut input: Vec<u8> = (0..=255).rev().collect();
    input.extend(0..=255);
    let expected: Vec<&[u8]> = input.split(|&b| b == b'\n').collect();
    for size in [512, 100, 7, 1] {
        steps.step(format!(
            "all 256 bytes, backward and forward, through `Chunks` \
             of {size} and `Lines`"
        ));
        let (source, _) = Source::new(&input[..]);
        let mut chunks = Chunks::new(source, size);
        let mut lines = Lines::new(LIMIT);
        let mut found = Vec::new();
        loop {
            let next = steps.succeeds("the next chunk", chunks.next());
            let Some(chunk) = next else { break };
            lines.push(&chunk);
            take(&steps, &mut lines, &mut found);
        }
        found.extend(lines.finish());
        steps.equal("lines", &found.len(), &expected.len());
        for (line, expected) in found.iter().zip(&expected) {
            steps.equal_bytes("the line", line, expected);
        }
    }
}

pub fn bound(steps: &Steps) {
    let too_long = TextError::LineTooLong { limit: 4 };
    for input in ["abcd\n", "abcd\r\n", "\n", "abc\r\r\n"] {
        steps.step(format!("a limit of 4 bytes, and {input:?}"));
        for pieces in split::every(input.as_bytes()) {
            let error = first_error(&pieces);
            let what = format!("the error, {}", pieces.name());
            steps.equal(what, &error, &None);
        }
    }
    for input in ["abcde\n", "abcde\r\n", "abcdefgh\nx", "abcd\r\r\n"] {
        steps.step(format!("a limit of 4 bytes, and {input:?}"));
        for pieces in split::every(input.as_bytes()) {
            let error = first_error(&pieces);
            let what = format!("the error, {}", pieces.name());
            steps.equal(what, &error, &Some(too_long.clone()));
        }
    }
    steps.step("a limit of 4 bytes, and 6 bytes without an end");
    let error = first_error(&split::byte_by_byte(b"abcdef"));
    steps.equal("the error", &error, &Some(too_long.clone()));
    let error = first_error(&split::whole(b"abcdef"));
    steps.equal("the error", &error, &Some(too_long));
    steps.step("a limit of 4 bytes, and lines that all fit");
    let input = b"abcd\nabcd\r\nabc\nabcd\n";
    for pieces in split::every(input) {
        let error = first_error(&pieces);
        let what = format!("the error, {}", pieces.name());
        steps.equal(what, &error, &None);
    }
}

/// Limits at which counts end: a line that just fits, and one that
/// is a byte too long.
pub fn limits(steps: &Steps) {
    for limit in [0, 1, 255, 256, 65_535, 65_536] {
        for end in ["\n", "\r\n"] {
            steps.step(format!(
                "a limit of {limit} bytes, and lines of that length that \
                 end with {end:?}"
            ));
            let line = "x".repeat(limit);
            let mut lines = Lines::new(limit);
            lines.push(format!("{line}{end}{line}{end}").as_bytes());
            for _ in 0..2 {
                let next = steps.succeeds("a line", lines.next_line());
                let length = next.map(|line| line.len());
                steps.equal("bytes of the line", &length, &Some(limit));
            }
            let next = steps.succeeds("a line", lines.next_line());
            steps.equal("a line that is not whole", &next, &None);
            lines.push(format!("{line}x").as_bytes());
            let error = steps.refuses("a line", lines.next_line());
            let right = TextError::LineTooLong { limit };
            steps.equal("the error", &error, &right);
        }
    }
    for (name, limit) in [
        ("usize::MAX", usize::MAX),
        ("usize::MAX / 2 + 1", usize::MAX / 2 + 1),
    ] {
        steps.step(format!("a limit of {name} bytes"));
        let mut lines = Lines::new(limit);
        lines.push(b"one\r\ntwo");
        let next = steps.succeeds("a line", lines.next_line());
        equal(steps, next, Some("one"));
        let next = steps.succeeds("a line", lines.next_line());
        equal(steps, next, None);
        equal(steps, lines.finish(), Some("two"));
    }
}

/// Nothing can save a line of limit + 1 bytes whose last one is no
/// `\r`; and the lines in front of it are good.
pub fn bound_at_once(steps: &Steps) {
    for (pushes, expected) in [
        (&["abcd", "e"][..], &["", "error"][..]),
        (&["abcde"], &["error"]),
        (&["abcd\r", "\n"], &["", "abcd"]),
        (&["abcd\r", "e"], &["", "error"]),
        (&["abcd\r", "\r"], &["", "error"]),
        (&["ab\n\ncd\r\nabcdef"], &["ab,,cd,error"]),
        (&["ab\nabcde\n"], &["ab,error"]),
    ] {
        let mut lines = Lines::new(4);
        for (push, expected) in pushes.iter().zip(expected) {
            steps.step(format!("a limit of 4 bytes: push {push:?}"));
            lines.push(push.as_bytes());
            let mut seen = Vec::new();
            loop {
                match lines.next_line() {
                    Ok(Some(line)) => {
                        seen.push(line.escape_ascii().to_string());
                    }
                    Ok(None) => break,
                    Err(error) => {
                        let right = TextError::LineTooLong { limit: 4 };
                        steps.equal("the error", &error, &right);
                        seen.push("error".to_owned());
                        break;
                    }
                }
            }
            let what = "the lines, and the error at once";
            steps.equal(what, &seen.join(",").as_str(), expected);
        }
    }
    steps.step("a limit of 3 bytes: push \"abc\\r\", and end");
    let mut lines = Lines::new(3);
    lines.push(b"abc\r");
    let next = steps.succeeds("a line", lines.next_line());
    steps.equal("a line that is not whole", &next, &None);
    equal(steps, lines.finish(), Some("abc\r"));
}

/// After a line that is too long, nothing comes and nothing is
/// kept.
pub fn after_the_bound(steps: Steps) {
    let too_long = TextError::LineTooLong { limit: 4 };
    for input in ["abcde\nab\n", "abcdefgh"] {
        steps.step(format!("a limit of 4 bytes: push {input:?}"));
        let mut lines = Lines::new(4);
        lines.push(input.as_bytes());
        let error = steps.refuses("a line", lines.next_line());
        steps.equal("the error", &error, &too_long);
        steps.step("push 1 MiB more, in 256 chunks");
        let piece = [b'y'; 4 * KIB as usize];
        let mark = Mark::now();
        for _ in 0..256 {
            lines.push(&piece);
            match lines.next_line() {
                Err(error) if error == too_long => {}
                other => {
                    steps.fail("the same error", format!("{other:?}"))
                }
            }
        }
        let live = Size(u64::try_from(mark.live()).unwrap_or(0));
        let what = "memory that was kept after the error";
        steps.at_most(what, live, Size(64 * KIB));
        steps.step("push a short line, and end");
        lines.push(b"\nab\ncd");
        let error = steps.refuses("a line", lines.next_line());
        steps.equal("the error", &error, &too_long);
        steps.equal("what `finish` returns", &lines.finish(), &None);
    }
    gives_up(&steps);
    found_in_the_second_push(&steps);
    many_that_failed(&steps);
}

/// What waited is given up, with its memory.
fn gives_up(steps: &Steps) {
    for end in ["", "\n", "\nab\n"] {
        steps.step(format!(
            "a limit of 1 MiB: push 1 byte more, and {end:?}"
        ));
        let mut input = vec![b'x'; MIB as usize + 1];
        input.extend_from_slice(end.as_bytes());
        let mut lines = Lines::new(MIB as usize);
        let mark = Mark::now();
        lines.push(&input);
        for _ in 0..2 {
            let error = steps.refuses("a line", lines.next_line());
            let limit = MIB as usize;
            let right = TextError::LineTooLong { limit };
            steps.equal("the error", &error, &right);
        }
        let live = Size(u64::try_from(mark.live()).unwrap_or(0));
        let what = "memory of what was given up";
        steps.at_most(what, live, Size(64 * KIB));
    }
}

/// By then, a part of the line was searched already.
fn found_in_the_second_push(steps: &Steps) {
    let too_long = TextError::LineTooLong { limit: 4 };
    for pushes in [["abc", "de"], ["abcd", "e\nab\n"]] {
        steps.step(format!(
            "a limit of 4 bytes: push {:?}, then {:?}",
            pushes[0], pushes[1]
        ));
        let mut lines = Lines::new(4);
        lines.push(pushes[0].as_bytes());
        let next = steps.succeeds("a line", lines.next_line());
        steps.equal("a line that is not whole", &next, &None);
        lines.push(pushes[1].as_bytes());
        for _ in 0..3 {
            let error = steps.refuses("a line", lines.next_line());
            steps.equal("the error", &error, &too_long);
            lines.push(b"\n");
        }
        steps.equal("what `finish` returns", &lines.finish(), &None);
    }
}

/// One of them hides how much room it has, and many don't.
fn many_that_failed(steps: &Steps) {
    steps.step("1000 times: a limit of 4 bytes, and 5 bytes");
    let mut kept = Vec::with_capacity(1000);
    let mark = Mark::now();
    for _ in 0..1000 {
        let mut lines = Lines::new(4);
        lines.push(b"abcde");
        steps.refuses("a line", lines.next_line());
        kept.push(lines);
    }
    let live = Size(u64::try_from(mark.live()).unwrap_or(0));
    let what = "memory of what was given up";
    steps.at_most(what, live, Size(1000 * 64 + 64 * KIB));
}

/// The first error with a limit of 4.
fn first_error(pieces: &Pieces<'_>) -> Option<TextError> {
    let mut lines = Lines::new(4);
    for piece in pieces {
        lines.push(piece);
        loop {
            match lines.next_line() {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => return Some(error),
            }
        }
    }
    None
}
