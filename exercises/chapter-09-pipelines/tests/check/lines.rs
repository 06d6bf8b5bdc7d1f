//! Checks of `Records`.

use buffers::TextError;
use bytes::Bytes;
use lab::Steps;
use lab::split::{self, Pieces};
use pipelines::{PipelineError, Records};
use watermark::QueueError;

use crate::staging::{Bench, WIDE, push};
use crate::wait::{ended, still};

/// The longest line of these checks, in bytes.
const LONGEST: usize = 1000;

/// What comes out for these pieces.
async fn records_of(
    steps: &Steps,
    pieces: &Pieces<'_>,
) -> (String, Result<(), QueueError>) {
    let mut bench = Bench::new(Records::new(LONGEST), WIDE);
    for piece in pieces {
        let piece = Bytes::copy_from_slice(piece);
        if bench.input.push(piece).is_err() {
            // The stage has ended: its output says why.
            break;
        }
    }
    bench.input.close();
    let (bytes, end) = bench.rest(steps).await;
    (String::from_utf8_lossy(&bytes).into_owned(), end)
}

/// Expects these records for an input in one piece.
async fn expect(steps: &Steps, input: &[u8], expected: &[&str]) {
    let shown = input.escape_ascii();
    steps.step(format!("the records of \"{shown}\""));
    expect_pieces(steps, &split::whole(input), expected).await;
}

async fn expect_pieces(
    steps: &Steps,
    pieces: &Pieces<'_>,
    expected: &[&str],
) {
    let (text, end) = records_of(steps, pieces).await;
    let seen: Vec<&str> = text.split_inclusive('\n').collect();
    let expected: Vec<String> = expected
        .iter()
        .map(|record| format!("{record}\n"))
        .collect();
    steps.equal("the records", &seen, &expected);
    steps.succeeds("the end", end);
}

pub async fn objects(steps: Steps) {
    expect(&steps, b"one\n", &[r#"{"line":1,"text":"one"}"#]).await;
    let two = [r#"{"line":1,"text":"a"}"#, r#"{"line":2,"text":"b"}"#];
    expect(&steps, b"a\nb\n", &two).await;
    let empty = [
        r#"{"line":1,"text":""}"#,
        r#"{"line":2,"text":""}"#,
        r#"{"line":3,"text":"x"}"#,
    ];
    expect(&steps, b"\n\nx\n", &empty).await;
    let escaped = [r#"{"line":1,"text":"say \"hi\" \\ \t\u0000"}"#];
    expect(&steps, b"say \"hi\" \\ \t\0\n", &escaped).await;
    let wide = ["{\"line\":1,\"text\":\"é€🦀\"}"];
    expect(&steps, "é€🦀\n".as_bytes(), &wide).await;
    expect(&steps, b"", &[]).await;

    steps.step("a piece with a whole line, and no end yet");
    let mut bench = Bench::new(Records::new(LONGEST), WIDE);
    push(&steps, &bench.input, "one\ntw");
    let record = ended(&steps, "the record", bench.output.pop()).await;
    let record = steps.succeeds("the record", record);
    let expected =
        Bytes::from_static(b"{\"line\":1,\"text\":\"one\"}\n");
    steps.equal("the record", &record, &Some(expected));
}

pub async fn last(steps: Steps) {
    let one = [r#"{"line":1,"text":"one"}"#];
    expect(&steps, b"one", &one).await;
    let two =
        [r#"{"line":1,"text":"one"}"#, r#"{"line":2,"text":"two"}"#];
    expect(&steps, b"one\ntwo", &two).await;
    let blank = [r#"{"line":1,"text":""}"#, r#"{"line":2,"text":" "}"#];
    expect(&steps, b"\n ", &blank).await;
}

pub async fn final_newline(steps: Steps) {
    let one = [r#"{"line":1,"text":"a"}"#];
    expect(&steps, b"a\n", &one).await;
    expect(&steps, b"a\r\n", &one).await;
    let kept = [r#"{"line":1,"text":"a\r"}"#];
    expect(&steps, b"a\r\r\n", &kept).await;
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
    for pieces in split::every(input).chain(random) {
        steps.step(format!("cut the lines {}", pieces.name()));
        expect_pieces(&steps, &pieces, &expected).await;
    }
}

pub async fn no_text(steps: Steps) {
    let good = "{\"line\":1,\"text\":\"good\"}\n";
    for wrong in [&b"\xff\n"[..], b"caf\xc3\n", b"cut \xe2\x82"] {
        let input = [b"good\n", wrong].concat();
        let shown = input.escape_ascii();
        steps.step(format!("the records of \"{shown}\""));
        let pieces = split::whole(&input);
        let (text, end) = records_of(&steps, &pieces).await;
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

    let long = [&b"good\n"[..], &[b'x'; LONGEST + 1]].concat();
    for rest in ["", "\n", "\nmore\n"] {
        let input = [&long, rest.as_bytes()].concat();
        steps.step(format!(
            "a line of {} bytes, and \"{}\"",
            LONGEST + 1,
            rest.escape_debug()
        ));
        let pieces = split::every_so_many(&input, 100);
        let (text, end) = records_of(&steps, &pieces).await;
        let error = PipelineError::from(steps.refuses("the end", end));
        let PipelineError::Stage(error) = error else {
            let seen = format!("{error:?}");
            steps.fail("the error of the stage", seen);
        };
        let expected = TextError::LineTooLong { limit: LONGEST };
        let error = error.downcast_ref::<TextError>();
        steps.equal("the error", &error, &Some(&expected));
        steps.equal("the records before it", &text.as_str(), &good);
    }

    let whole = [&[b'x'; LONGEST][..], b"\n"].concat();
    steps.step(format!("a line of exactly {LONGEST} bytes"));
    let (_, end) = records_of(&steps, &split::whole(&whole)).await;
    steps.succeeds("the end", end);
}

/// Two clients at once: each gets its own lines, with its own
/// numbers.
pub async fn two(steps: Steps) {
    steps.step("two stages of records, and pieces for both in turn");
    let mut first = Bench::new(Records::new(LONGEST), WIDE);
    let mut second = Bench::new(Records::new(LONGEST), WIDE);
    for (one, two) in [
        ("a", "x"),
        ("b\nc", "y"),
        ("d\n", "z\nw"),
        ("e\n", "v\n"),
        ("f\n", "u\n"),
    ] {
        push(&steps, &first.input, one);
        still().await;
        push(&steps, &second.input, two);
        still().await;
    }
    first.input.close();
    second.input.close();
    for (bench, expected) in [
        (&mut first, ["ab", "cd", "e", "f"].as_slice()),
        (&mut second, ["xyz", "wv", "u"].as_slice()),
    ] {
        let (bytes, end) = bench.rest(&steps).await;
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
