//! Checks of `Records`.

use buffers::TextError;
use bytes::Bytes;
use lab::Steps;
use lab::split::{self, Pieces};
use pipelines::{Output, PipelineError, Records, Transform};
use watermark::{QueueError, queue};

use crate::staging::{Bench, WIDE, push};
use crate::wait::{ended, still};

/// The longest line of these checks, in bytes.
const LONGEST: usize = 1000;

/// What comes out for these chunks.
async fn records_of(
    steps: &Steps,
    chunks: &Pieces<'_>,
) -> (String, Result<(), QueueError>) {
    records_up_to(LONGEST, steps, chunks).await
}

/// The same for another longest line.
async fn records_up_to(
    longest: usize,
    steps: &Steps,
    chunks: &Pieces<'_>,
) -> (String, Result<(), QueueError>) {
    let mut bench = Bench::new(Records::new(longest), WIDE);
    for chunk in chunks {
        let chunk = Bytes::copy_from_slice(chunk);
        if bench.input.push(chunk).is_err() {
            // The stage has ended: its output says why.
            break;
        }
    }
    bench.input.close();
    let (bytes, end) = bench.rest(steps).await;
    (String::from_utf8_lossy(&bytes).into_owned(), end)
}

/// Expects these records for an input in one chunk.
async fn expect(steps: &Steps, input: &[u8], expected: &[&str]) {
    let shown = input.escape_ascii();
    steps.step(format!("the records of \"{shown}\""));
    expect_chunks(steps, &split::whole(input), expected).await;
}

async fn expect_chunks(
    steps: &Steps,
    chunks: &Pieces<'_>,
    expected: &[&str],
) {
    let (text, end) = records_of(steps, chunks).await;
    let seen: Vec<&str> = text.split_inclusive('\n').collect();
    let expected: Vec<String> = expected
        .iter()
        .map(|record| format!("{record}\n"))
        .collect();
    steps.equal("the records", &seen, &expected);
    steps.succeeds("the end", end);
}

/// Expects these records before anybody knows that the input has
/// come to its end.
async fn expect_so_far(steps: &Steps, input: &str, expected: &[&str]) {
    steps.step(format!("the records of {input:?}, and no end yet"));
    let mut bench = Bench::new(Records::new(LONGEST), WIDE);
    push(steps, &bench.input, input);
    let mut seen = String::new();
    while seen.lines().count() < expected.len() {
        let chunk = bench.output.pop();
        let chunk = ended(steps, "the records", chunk).await;
        let chunk = steps.succeeds("the records", chunk);
        let chunk = chunk.unwrap_or_default();
        if chunk.is_empty() {
            break;
        }
        seen.push_str(&String::from_utf8_lossy(&chunk));
    }
    let expected: Vec<String> = expected
        .iter()
        .map(|record| format!("{record}\n"))
        .collect();
    let seen: Vec<&str> = seen.split_inclusive('\n').collect();
    steps.equal("the records", &seen, &expected);
    still().await;
    let level = bench.output.record().level;
    steps.equal("bytes of more records", &level, &0);
    bench.task.abort();
}

pub async fn objects(steps: Steps) {
    let one = [r#"{"line":1,"text":"one"}"#];
    expect_so_far(&steps, "one\n", &one).await;
    steps.step("another file begins with line 1 again");
    let two = [r#"{"line":1,"text":"a"}"#, r#"{"line":2,"text":"b"}"#];
    expect_so_far(&steps, "a\nb\n", &two).await;
    let empty = [
        r#"{"line":1,"text":""}"#,
        r#"{"line":2,"text":""}"#,
        r#"{"line":3,"text":"x"}"#,
    ];
    expect_so_far(&steps, "\n\nx\n", &empty).await;
    let escaped = [r#"{"line":1,"text":"say \"hi\" \\ \t\u0000"}"#];
    expect_so_far(&steps, "say \"hi\" \\ \t\0\n", &escaped).await;
    let wide = ["{\"line\":1,\"text\":\"é€🦀\"}"];
    expect_so_far(&steps, "é€🦀\n", &wide).await;
    // A byte order mark, and what only JavaScript takes for ends.
    let marks = [
        "{\"line\":1,\"text\":\"\u{feff}a\u{2028}b\u{2029}c\"}",
        "{\"line\":2,\"text\":\"\u{feff}\u{85}\"}",
    ];
    let text = "\u{feff}a\u{2028}b\u{2029}c\n\u{feff}\u{85}\n";
    expect_so_far(&steps, text, &marks).await;
    expect_so_far(&steps, "one\ntw", &one).await;
    expect_so_far(&steps, "", &[]).await;
}

pub async fn last(steps: Steps) {
    let one = [r#"{"line":1,"text":"one"}"#];
    expect(&steps, b"one", &one).await;
    let two =
        [r#"{"line":1,"text":"one"}"#, r#"{"line":2,"text":"two"}"#];
    expect(&steps, b"one\ntwo", &two).await;
    let blank = [r#"{"line":1,"text":""}"#, r#"{"line":2,"text":" "}"#];
    expect(&steps, b"\n ", &blank).await;
    nobody_takes_it(&steps).await;
}

/// Whoever calls `finish` learns that nobody took the record.
async fn nobody_takes_it(steps: &Steps) {
    for input in ["one", "one\ntwo"] {
        steps.step(format!("the next stage has left: {input:?}"));
        let (producer, consumer) = queue(WIDE);
        let mut output = Output::new(producer);
        let mut records = Records::new(LONGEST);
        let chunk = Bytes::from_static(input.as_bytes());
        let taken = records.transform(chunk, &mut output);
        let taken = ended(steps, "the lines", taken).await;
        steps.succeeds("the lines", taken);
        drop(consumer);
        let last = records.finish(&mut output);
        let last = ended(steps, "the last line", last).await;
        let error = steps.refuses("the last line", last);
        steps.variant("the error", &error, &["Stopped"]);
    }
}

pub async fn final_newline(steps: Steps) {
    let one = [r#"{"line":1,"text":"a"}"#];
    expect(&steps, b"a\n", &one).await;
    expect(&steps, b"a\r\n", &one).await;
    let kept = [r#"{"line":1,"text":"a\r"}"#];
    expect(&steps, b"a\r\r\n", &kept).await;
    expect(&steps, b"a\r", &kept).await;
    expect(&steps, b"", &[]).await;
    expect(&steps, b"\n", &[r#"{"line":1,"text":""}"#]).await;
}

pub async fn cuts(steps: Steps) {
    let input = "one\r\ntwo é\n\r\n€🦀\n\"\\\"\nlast";
    let expected = [
        r#"{"line":1,"text":"one"}"#,
        r#"{"line":2,"text":"two é"}"#,
        r#"{"line":3,"text":""}"#,
        r#"{"line":4,"text":"€🦀"}"#,
        r#"{"line":5,"text":"\"\\\""}"#,
        r#"{"line":6,"text":"last"}"#,
    ];
    let input = input.as_bytes();
    let seed = lab::recut::seed().unwrap_or(9);
    let random = split::seeded(input, 8, seed, 30);
    for chunks in split::every(input).chain(random) {
        steps.step(format!("cut the lines {}", chunks.name()));
        expect_chunks(&steps, &chunks, &expected).await;
    }
}

pub async fn no_text(steps: Steps) {
    let good = "{\"line\":1,\"text\":\"good\"}\n";
    for wrong in [
        &b"\xff\n"[..],
        b"caf\xc3\n",
        b"cut \xe2\x82",
        b"\xff\nmore\n",
        b"\xff\nmore\nmore",
    ] {
        let input = [b"good\n", wrong].concat();
        let shown = input.escape_ascii();
        steps.step(format!("the records of \"{shown}\""));
        let chunks = split::whole(&input);
        let (text, end) = records_of(&steps, &chunks).await;
        let error = PipelineError::from(steps.refuses("the end", end));
        steps.variant("the error", &error, &["Stage"]);
        steps.equal("the records before it", &text.as_str(), &good);
    }

    steps.step("26 good lines, and one that is no text");
    let input = ["good\n".repeat(26).as_bytes(), b"\xff\n"].concat();
    let (_, end) = records_of(&steps, &split::whole(&input)).await;
    let error = PipelineError::from(steps.refuses("the end", end));
    let text = error.to_string();
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let named = numbers.any(|number| number == "27");
    steps.holds(format!("line 27 in \"{text}\""), named);

    steps.step("a good line, and a last one that is no text");
    let (_, end) =
        records_of(&steps, &split::whole(b"good\n\xff")).await;
    let error = PipelineError::from(steps.refuses("the end", end));
    let text = error.to_string();
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let named = numbers.any(|number| number == "2");
    steps.holds(format!("line 2 in \"{text}\""), named);
    too_long(&steps).await;
    just_long_enough(&steps).await;
}

async fn too_long(steps: &Steps) {
    let good = "{\"line\":1,\"text\":\"good\"}\n";
    let long = [&b"good\n"[..], &[b'x'; LONGEST + 1]].concat();
    let almost = [&b"good\n"[..], &[b'x'; LONGEST]].concat();
    for (line, rest) in [
        (&long, ""),
        (&long, "\n"),
        (&long, "\r\n"),
        (&long, "\nmore\n"),
        // Without a line feed behind it, a `\r` is text.
        (&almost, "\r"),
        (&almost, "\r\r\n"),
    ] {
        let input = [line, rest.as_bytes()].concat();
        steps.step(format!(
            "{} times `x`, and \"{}\"",
            line.len() - b"good\n".len(),
            rest.escape_debug()
        ));
        let chunks = split::every_so_many(&input, 100);
        let (text, end) = records_of(steps, &chunks).await;
        expect_too_long(steps, end, LONGEST);
        steps.equal("the records before it", &text.as_str(), &good);
    }
    for (longest, input) in [
        (0, "a"),
        (0, "\r"),
        (4, "abcd\r"),
        (4, "éé\r"),
        (4, "é🦀\n"),
    ] {
        steps.step(format!("at most {longest} bytes, and {input:?}"));
        let chunks = split::whole(input.as_bytes());
        let (_, end) = records_up_to(longest, steps, &chunks).await;
        expect_too_long(steps, end, longest);
    }
}

fn expect_too_long(
    steps: &Steps,
    end: Result<(), QueueError>,
    limit: usize,
) {
    let error = PipelineError::from(steps.refuses("the end", end));
    let PipelineError::Stage(error) = error else {
        let seen = format!("{error:?}");
        steps.fail("the error of the stage", seen);
    };
    let expected = TextError::LineTooLong { limit };
    let error = error.downcast_ref::<TextError>();
    steps.equal("the error", &error, &Some(&expected));
}

async fn just_long_enough(steps: &Steps) {
    let whole = [b'x'; LONGEST];
    for end in ["", "\n", "\r\n"] {
        steps.step(format!(
            "a line of exactly {LONGEST} bytes, {end:?}"
        ));
        let line = [&whole, end.as_bytes()].concat();
        let chunks = split::whole(&line);
        let (_, end) = records_of(steps, &chunks).await;
        steps.succeeds("the end", end);
    }
    for (longest, input) in [
        (0, "\n\r\n"),
        (4, "abcd"),
        (4, "abc\r"),
        (4, "abcd\r\n"),
        (usize::MAX, "abcd\nabc"),
    ] {
        steps.step(format!("at most {longest} bytes, and {input:?}"));
        let chunks = split::whole(input.as_bytes());
        let (_, end) = records_up_to(longest, steps, &chunks).await;
        steps.succeeds("the end", end);
    }
}

/// Two clients at once: each gets its own lines, with its own
/// numbers.
pub async fn two(steps: Steps) {
    for together in [false, true] {
        let when = if together { "at once" } else { "in turn" };
        steps.step(format!(
            "two stages of records, and chunks for both {when}"
        ));
        interleaved(&steps, together).await;
    }
}

async fn interleaved(steps: &Steps, together: bool) {
    let mut first = Bench::new(Records::new(LONGEST), WIDE);
    let mut second = Bench::new(Records::new(LONGEST), WIDE);
    for (one, two) in [
        ("a", "x"),
        ("b\nc", "y"),
        ("d\n", "z\nw"),
        ("e\n", "v\n"),
        ("f\n", "u\n"),
    ] {
        push(steps, &first.input, one);
        if !together {
            still().await;
        }
        push(steps, &second.input, two);
        still().await;
    }
    first.input.close();
    second.input.close();
    for (bench, expected) in [
        (&mut first, ["ab", "cd", "e", "f"].as_slice()),
        (&mut second, ["xyz", "wv", "u"].as_slice()),
    ] {
        let (bytes, end) = bench.rest(steps).await;
        let record = |(at, text)| {
            let number = at + 1;
            format!("{{\"line\":{number},\"text\":\"{text}\"}}\n")
        };
        let expected = expected.iter().enumerate().map(record);
        let expected: String = expected.collect();
        steps.equal_bytes("the records", &bytes, expected.as_bytes());
        steps.succeeds("the end", end);
    }
}
