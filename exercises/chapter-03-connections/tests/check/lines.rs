//! Checks of `LineReader`.

use std::time::Duration;

use lab::memory::Mark;
use lab::size::KIB;
use lab::{Size, Steps, split};
use lab_net::peer::Peer;
use tokio::time::sleep;

use crate::conversation::KINDS;
use crate::reading::{
    LIMIT, Line, expect_first, expect_lines, expect_too_long,
    in_reads_of, next, reader_of,
};

/// What may be read beyond a limit.
const AHEAD: u64 = 64 * KIB;
/// How long a read waits before it is dropped.
const TICK: Duration = Duration::from_millis(10);

pub async fn pieces(steps: Steps) {
    // A line is bytes: whether they are text is not its affair.
    let binary = b"\0\xff\xc3\0(".as_slice();
    let zeros = b"a\0\0".as_slice();
    for line in [b"GET /hello", binary, zeros, b" the rest "] {
        let input = [line, b"\n"].concat();
        for pieces in split::every(&input) {
            let name = pieces.name();
            let shown = line.escape_ascii();
            steps.step(format!("read the line \"{shown}\", {name}"));
            let peer = Peer::new().sends_all(&pieces);
            expect_first(&steps, peer, LIMIT, &[line]).await;
        }
    }
    let lengths = [0, 1, 255, 256, 1023, 1024, 1025, 8191, 65_536];
    for length in lengths {
        let line = numbered(length);
        let input = format!("{line}\n");
        let bytes = input.as_bytes();
        for pieces in
            [split::whole(bytes), split::every_so_many(bytes, 1000)]
        {
            steps.step(format!(
                "a line of {length} bytes, {}",
                pieces.name()
            ));
            let peer = Peer::new().sends_all(&pieces);
            expect_first(&steps, peer, 100_000, &[&line]).await;
        }
    }
}

/// With a second look at every byte for each that comes, this takes
/// minutes.
pub async fn searched_once(steps: Steps) {
    const LONG: usize = 256 * KIB as usize;
    steps.step("a line of 256 KiB, of which each read brings one byte");
    let input = [vec![b'x'; LONG], b"\n".to_vec()].concat();
    let peer = Peer::new().sends(&input).ends();
    let (wire, seen) = peer.in_memory();
    let mut reader = in_reads_of(1, wire, 2 * LONG);
    let line = next(&steps, &mut reader, &seen).await;
    let line = steps.succeeds("a line", line);
    let length = line.map(|line| line.len());
    steps.equal("its length", &length, &Some(LONG));
}

pub async fn only_what_came(steps: Steps) {
    // Each piece is shorter than the one before: what an earlier
    // read left behind in a buffer shows.
    let lines: Vec<String> = (1..40).rev().map(numbered).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut peer = Peer::new();
    for line in &lines {
        peer = peer.sends(format!("{line}\n").as_bytes());
    }
    steps.step("read 39 lines, each shorter than the one before");
    expect_first(&steps, peer, LIMIT, &lines).await;
}

/// A line that tells its own length.
fn numbered(length: usize) -> String {
    let number = length.to_string();
    number.repeat(length)[..length].to_owned()
}

pub async fn line_ends(steps: Steps) {
    // A carriage return alone is an ordinary byte, and only one
    // belongs to the end.
    let input = b"abcd\r\na\rb\n\r\nc\r\r\n\n";
    let expected = ["abcd", "a\rb", "", "c\r", ""];
    for pieces in split::every(input) {
        steps.step(format!("read five lines, {}", pieces.name()));
        let peer = Peer::new().sends_all(&pieces);
        expect_first(&steps, peer, LIMIT, &expected).await;
    }
}

pub async fn two_lines(steps: Steps) {
    steps.step("one write brings three lines, then nothing more");
    let peer = Peer::new().sends(b"one\ntwo\nthree\nfo").stalls();
    let (wire, seen) = peer.sends(b"ur\n").in_memory();
    let mut reader = reader_of(wire, LIMIT);
    for expected in ["one", "two", "three"] {
        let line = next(&steps, &mut reader, &seen).await;
        let line = steps.succeeds("a line", line);
        steps.equal("the line", &line.map(Line), &Line::from(expected));
    }
    steps.step("the peer goes on, with what it has begun");
    seen.resume();
    let line = next(&steps, &mut reader, &seen).await;
    let line = steps.succeeds("a line", line);
    steps.equal("the line", &line.map(Line), &Line::from("four"));
}

pub async fn end_of_input(steps: Steps) {
    for input in ["", "one\n", "one\r\ntwo\n"] {
        steps.step(format!("the peer sends {input:?}, and ends"));
        let peer = Peer::new().sends(input.as_bytes()).ends();
        let lines: Vec<&str> = input.lines().collect();
        expect_lines(&steps, peer, LIMIT, &lines).await;
    }
}

pub async fn cut_line(steps: Steps) {
    let input = b"one\r\n\r\ntwo\n";
    for length in 0..=input.len() {
        let sent = &input[..length];
        let peer = Peer::new().sends(sent);
        let failing = KINDS.map(|kind| {
            (format!("then reads fail: {kind:?}"), Some(kind))
        });
        for (fate, kind) in
            [("then ends".to_owned(), None)].into_iter().chain(failing)
        {
            let peer = match kind {
                None => peer.clone().ends(),
                Some(kind) => peer.clone().fails(kind),
            };
            let name = sent.escape_ascii();
            steps.step(format!("the peer sends \"{name}\", {fate}"));
            let (wire, seen) = peer.in_memory();
            let mut reader = reader_of(wire, LIMIT);
            let whole = sent.iter().filter(|&&b| b == b'\n').count();
            for _ in 0..whole {
                let line = next(&steps, &mut reader, &seen).await;
                let line = steps.succeeds("a line", line);
                steps.holds("a whole line comes first", line.is_some());
            }
            let last = next(&steps, &mut reader, &seen).await;
            let last = last.map(|line| line.map(Line));
            if let Some(kind) = kind {
                let error = steps.refuses("a read that fails", last);
                let kind = format!("Io(Kind({kind:?}))");
                steps.variant("the error", &error, &[&kind]);
            } else if sent.is_empty() || sent.ends_with(b"\n") {
                let last = steps.succeeds("the end", last);
                steps.equal("the end", &last, &None::<Line>);
            } else {
                let error = steps.refuses("a cut line", last);
                steps.variant("the error", &error, &["UnexpectedEnd"]);
            }
        }
    }
}

pub async fn without_end(steps: Steps) {
    let line = "x".repeat(LIMIT);
    for end in ["\n", "\r\n"] {
        steps.step(format!("100 lines of {LIMIT} bytes, with {end:?}"));
        let input = format!("{line}{end}").repeat(100);
        let peer = Peer::new().sends(input.as_bytes()).ends();
        expect_lines(&steps, peer, LIMIT, &[line.as_str(); 100]).await;

        steps.step(format!(
            "a line of {LIMIT} bytes, and the last byte of its end {end:?} \
             comes with the next read"
        ));
        let (first, last) = end.split_at(end.len() - 1);
        let peer =
            Peer::new().sends(format!("{line}{first}").as_bytes());
        let peer = peer.sends(last.as_bytes()).ends();
        expect_lines(&steps, peer, LIMIT, &[line.as_str()]).await;

        steps.step(format!("a line of 1 byte more, with {end:?}"));
        let input = format!("ok\nx{line}{end}ok\n");
        let peer = Peer::new().sends(input.as_bytes()).ends();
        expect_too_long(&steps, peer, &["ok"]).await;
    }
    steps.step("many short lines in one piece are longer together");
    let lines = ["short"; 2 * LIMIT];
    let input = "short\n".repeat(2 * LIMIT);
    let peer = Peer::new().sends(input.as_bytes()).ends();
    expect_lines(&steps, peer, LIMIT, &lines).await;

    steps.step("a line that is too long already, and not ended");
    let peer = Peer::new().sends(format!("xx{line}").as_bytes());
    expect_too_long(&steps, peer, &[]).await;

    smallest(&steps).await;
    all_lines_leave(&steps).await;

    for first in [0, LIMIT, LIMIT + 1] {
        steps.step(format!(
            "a peer sends x without an end, and {first} of them first"
        ));
        let mark = Mark::now();
        let peer = Peer::new().sends(&vec![b'x'; first]);
        let peer = peer.sends_without_end(b'x');
        let seen = expect_too_long(&steps, peer, &[]).await;
        let most = LIMIT as u64 + AHEAD;
        steps.at_most("bytes read", Size(seen.sent()), Size(most));
        let held = Size(mark.peak());
        steps.at_most("memory held", held, Size(4 * AHEAD));
    }
}

/// A limit of nothing, and one that limits nothing.
async fn smallest(steps: &Steps) {
    steps.step("empty lines, with a limit of 0");
    let peer = Peer::new().sends(b"\n\r\n\n").ends();
    expect_lines(steps, peer, 0, &["", "", ""]).await;
    for input in ["x\n", "x\r\n", "\r\r\n"] {
        steps.step(format!("the line {input:?}, with a limit of 0"));
        let (wire, seen) =
            Peer::new().sends(input.as_bytes()).ends().in_memory();
        let mut reader = reader_of(wire, 0);
        let line = next(steps, &mut reader, &seen).await;
        let line = line.map(|line| line.map(Line));
        let error = steps.refuses("a line above the limit", line);
        let expected = "LineTooLong { limit: 0 }";
        steps.variant("the error", &error, &[expected]);
    }
    // Nothing can save these, and nobody ends them.
    for (limit, input) in
        [(0, "xx"), (0, "\rx"), (0, "\r\r"), (1, "xxx"), (1, "x\rx")]
    {
        steps.step(format!(
            "{input:?} and no end, with a limit of {limit}"
        ));
        let (wire, seen) =
            Peer::new().sends(input.as_bytes()).in_memory();
        let mut reader = reader_of(wire, limit);
        let line = next(steps, &mut reader, &seen).await;
        let line = line.map(|line| line.map(Line));
        let error = steps.refuses("a line above the limit", line);
        let expected = format!("LineTooLong {{ limit: {limit} }}");
        steps.variant("the error", &error, &[&expected]);
    }
    for limit in [1 << 40, usize::MAX] {
        steps.step(format!(
            "a line of 5 bytes, with a limit of {limit}"
        ));
        let mark = Mark::now();
        let peer = Peer::new().sends(b"hel").sends(b"lo\n").ends();
        expect_lines(steps, peer, limit, &["hello"]).await;
        let held = Size(mark.peak());
        steps.at_most("memory held", held, Size(4 * AHEAD));
    }
}

/// A line that was given out is not kept.
async fn all_lines_leave(steps: &Steps) {
    const LINES: usize = 40_000;
    // No read ends where a line does, but the last one.
    let line = numbered(24);
    let input = format!("{}\n", numbered(12));
    let input = input + &format!("{line}\n").repeat(LINES);
    steps.step(format!("{LINES} lines in a row, 1 MB in all"));
    let (wire, seen) = Peer::new().sends(input.as_bytes()).in_memory();
    drop(input);
    let mut reader = in_reads_of(1000, wire, LIMIT);
    let first = next(steps, &mut reader, &seen).await;
    steps.succeeds("a line", first);
    let mark = Mark::now();
    let mut right = 0;
    for _ in 0..LINES {
        let seen = next(steps, &mut reader, &seen).await;
        let seen = steps.succeeds("a line", seen);
        right += usize::from(seen.as_deref() == Some(line.as_bytes()));
    }
    steps.equal("lines that are right", &right, &LINES);
    let held = Size(mark.peak());
    steps.at_most("memory held", held, Size(4 * AHEAD));
}

pub async fn cancelled(steps: Steps) {
    for pieces in split::every(b"hello\r\nyou\n") {
        steps.step(format!(
            "drop the future of `next` in every pause, {}",
            pieces.name()
        ));
        let mut peer = Peer::new();
        let mut pauses = 0;
        for piece in &pieces {
            peer = peer.sends(piece).stalls();
            pauses += 1;
        }
        let (wire, seen) = peer.ends().in_memory();
        let mut reader = reader_of(wire, LIMIT);
        for expected in ["hello", "you"] {
            let line = loop {
                tokio::select! {
                    line = reader.next() => break line,
                    // Only when `next` waits.
                    () = sleep(TICK) => seen.resume(),
                }
                pauses -= 1;
                steps.holds("a line after the last pause", pauses >= 0);
            };
            let line = steps.succeeds("a line", line);
            let expected = Line::from(expected);
            steps.equal("the line", &line.map(Line), &expected);
        }
    }
}
