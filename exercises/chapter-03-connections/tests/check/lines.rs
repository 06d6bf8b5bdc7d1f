//! Checks of `LineReader`.

use std::time::Duration;

use connections::{ConnectionError, LineReader};
use lab::memory::Mark;
use lab::size::KIB;
use lab::{Size, Steps, split};
use lab_net::peer::{Peer, Seen, Wire};
use tokio::time::{sleep, timeout};

use crate::PATIENCE;

/// The limit, where the check is not about it.
const LIMIT: usize = 1000;
/// What may be read beyond a limit.
const AHEAD: u64 = 64 * KIB;
/// How long a read waits before it is dropped.
const TICK: Duration = Duration::from_millis(10);

pub async fn pieces(steps: Steps) {
    let input = b"GET /hello\r\nHost: a\r\n\r\n the rest \n";
    let expected = ["GET /hello", "Host: a", "", " the rest "];
    for pieces in split::every(input) {
        steps.step(format!("read four lines, {}", pieces.name()));
        let peer = Peer::new().sends_all(&pieces).ends();
        expect_lines(&steps, peer, LIMIT, &expected).await;
    }
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
    expect_lines(&steps, peer.ends(), LIMIT, &lines).await;
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
        let peer = Peer::new().sends_all(&pieces).ends();
        // The first line is as long as the limit allows.
        expect_lines(&steps, peer, 4, &expected).await;
    }
}

pub async fn two_lines(steps: Steps) {
    steps.step("one write brings three lines, then nothing more");
    let peer = Peer::new().sends(b"one\ntwo\r\nthree\nfo").stalls();
    let (wire, seen) = peer.sends(b"ur\n").in_memory();
    let mut reader = LineReader::new(wire, LIMIT);
    for expected in ["one", "two", "three"] {
        let line = next(&steps, &mut reader, &seen).await;
        let line = steps.succeeds("a line", line);
        steps.equal("the line", &shown(&line), &Some(expected.into()));
    }
    steps.step("the peer goes on");
    seen.resume();
    let line = next(&steps, &mut reader, &seen).await;
    let line = steps.succeeds("a line", line);
    steps.equal("the line", &shown(&line), &Some("four".into()));
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
    let input = b"one\r\ntwo\n";
    for length in 0..=input.len() {
        let sent = &input[..length];
        let name = sent.escape_ascii();
        steps.step(format!("the peer sends \"{name}\", and ends"));
        let peer = Peer::new().sends(sent).ends();
        let (wire, seen) = peer.in_memory();
        let mut reader = LineReader::new(wire, LIMIT);
        let whole = sent.iter().filter(|&&b| b == b'\n').count();
        for _ in 0..whole {
            let line = next(&steps, &mut reader, &seen).await;
            let line = steps.succeeds("a line", line);
            steps.holds("a whole line comes first", line.is_some());
        }
        let last = next(&steps, &mut reader, &seen).await;
        if sent.is_empty() || sent.ends_with(b"\n") {
            let last = steps.succeeds("the end", last);
            steps.equal("the end", &shown(&last), &None);
        } else {
            let last = last.map(|line| shown(&line));
            let error = steps.refuses("a cut line", last);
            steps.variant("the error", &error, &["UnexpectedEnd"]);
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

    steps.step("a peer sends x without an end");
    let mark = Mark::now();
    let peer = Peer::new().sends_without_end(b'x');
    let seen = expect_too_long(&steps, peer, &[]).await;
    let most = LIMIT as u64 + AHEAD;
    steps.at_most("bytes read", Size(seen.sent()), Size(most));
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
        let mut reader = LineReader::new(wire, LIMIT);
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
            let expected = Some(expected.to_owned());
            steps.equal("the line", &shown(&line), &expected);
        }
    }
}

/// The peer sends exactly these lines, then ends.
async fn expect_lines(
    steps: &Steps,
    peer: Peer,
    limit: usize,
    expected: &[&str],
) {
    let (wire, seen) = peer.in_memory();
    let mut reader = LineReader::new(wire, limit);
    for line in expected {
        let seen = next(steps, &mut reader, &seen).await;
        let seen = steps.succeeds("a line", seen);
        steps.equal("the line", &shown(&seen), &Some((*line).into()));
    }
    // The end stays the end.
    for _ in 0..2 {
        let end = next(steps, &mut reader, &seen).await;
        let end = steps.succeeds("the end of input", end);
        steps.equal("the end of input", &shown(&end), &None);
    }
    let reads = seen.reads_after_end();
    steps.at_most("reads of the end", reads, 10);
}

/// After `before`, the peer sends a line above [`LIMIT`].
async fn expect_too_long(
    steps: &Steps,
    peer: Peer,
    before: &[&str],
) -> Seen {
    let (wire, seen) = peer.in_memory();
    let mut reader = LineReader::new(wire, LIMIT);
    for line in before {
        let seen = next(steps, &mut reader, &seen).await;
        let seen = steps.succeeds("a line", seen);
        steps.equal("the line", &shown(&seen), &Some((*line).into()));
    }
    let line = next(steps, &mut reader, &seen).await;
    let line =
        line.map(|line| line.map(|line| Size(line.len() as u64)));
    let error = steps.refuses("a line above the limit", line);
    steps.variant(
        "the error",
        &error,
        &[&format!("LineTooLong {{ limit: {LIMIT} }}")],
    );
    seen
}

/// The next line, if the reader does not wait for more.
async fn next(
    steps: &Steps,
    reader: &mut LineReader<Wire>,
    seen: &Seen,
) -> Result<Option<Vec<u8>>, ConnectionError> {
    match timeout(PATIENCE, reader.next()).await {
        Ok(line) => line,
        Err(_) => steps.fail(
            "`next` returns",
            format!("it waits, with {} bytes read", seen.sent()),
        ),
    }
}

/// A line as text, to be read by people.
fn shown(line: &Option<Vec<u8>>) -> Option<String> {
    let line = line.as_deref()?;
    Some(String::from_utf8_lossy(line).into_owned())
}
