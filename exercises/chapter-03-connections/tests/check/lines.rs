//! Checks of `LineReader`.

use std::time::Duration;

use lab::memory::Mark;
use lab::size::KIB;
use lab::{Size, Steps, split};
use lab_net::peer::Peer;
use tokio::time::sleep;

use crate::reading::{
    LIMIT, Line, expect_lines, expect_too_long, next, reader_of,
};

/// What may be read beyond a limit.
const AHEAD: u64 = 64 * KIB;
/// How long a read waits before it is dropped.
const TICK: Duration = Duration::from_millis(10);

pub async fn pieces(steps: Steps) {
    // A line is bytes: whether they are text is not its affair.
    let binary = b"\0\xff\xc3\0(";
    let expected =
        [b"GET /hello".as_slice(), binary, b"", b" the rest "];
    let input = [expected.join(&b"\r\n"[..]), b"\n".into()].concat();
    for pieces in split::every(&input) {
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
    let mut reader = reader_of(wire, LIMIT);
    for expected in ["one", "two", "three"] {
        let line = next(&steps, &mut reader, &seen).await;
        let line = steps.succeeds("a line", line);
        steps.equal("the line", &line.map(Line), &Line::from(expected));
    }
    steps.step("the peer goes on");
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
        for (fate, peer) in [
            ("ends", peer.clone().ends()),
            ("resets the connection", peer.resets()),
        ] {
            let name = sent.escape_ascii();
            steps
                .step(format!("the peer sends \"{name}\", and {fate}"));
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
            if fate != "ends" {
                let error = steps.refuses("a read that fails", last);
                steps.variant("the error", &error, &["Io"]);
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
