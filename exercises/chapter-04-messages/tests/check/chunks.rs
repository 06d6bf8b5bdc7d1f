//! The chunked coding: `step` and `chunk_size`.

use lab::memory::Mark;
use lab::size::MIB;
use lab::{Size, Steps, split};
use messages::{ChunkedDecoder, MessageError, chunk_size};

/// Two chunks, an extension, a trailer: `hello, chunked world`.
const BODY: &[u8] = b"5\r\nhello\r\n10;a=\"b\"\r\n, chunked world\n\
\r\n0\r\nX-Sum: 1\r\n\r\n";
const TEXT: &[u8] = b"hello, chunked world\n";

pub fn sizes(steps: Steps) {
    for (line, size) in [
        ("0", 0),
        ("5", 5),
        ("a", 10),
        ("A", 10),
        ("1F", 31),
        ("10", 16),
        ("0005", 5),
        ("5;name=value", 5),
        ("5;name=\"a b\"", 5),
        ("5 ;name", 5),
        ("fFfFfFfFfFfFfFfF", u64::MAX),
    ] {
        steps.step(format!("chunk_size({line:?})"));
        let seen = steps.succeeds(line, chunk_size(line));
        steps.equal(format!("the size in {line:?}"), &seen, &size);
    }
    for line in [
        "",
        ";name",
        "g",
        "5g",
        "0x5",
        "+5",
        "-1",
        " 5",
        "5 5",
        "5,",
        "5\r",
        "5\u{b}",
        "5\u{a0}",
        "\u{665}",
        "10000000000000000",
        "5ffffffffffffffff",
    ] {
        steps.step(format!("chunk_size({line:?})"));
        let what = format!("the line {line:?}");
        let error = steps.refuses(what, chunk_size(line));
        steps.variant("the error", &error, &["Chunk"]);
    }
}

pub fn any_pieces(steps: Steps) {
    let after = b"GET / HTTP/1.1\r\n";
    let input = [BODY, after].concat();
    for pieces in split::every(&input) {
        steps.step(format!("a chunked body {}", pieces.name()));
        let (mut decoder, mut body) = Default::default();
        let (mut come, mut used) = (Vec::new(), 0);
        for piece in &pieces {
            come.extend_from_slice(piece);
            used +=
                decode(&steps, &mut decoder, &come[used..], &mut body);
        }
        steps.equal_bytes("the body", &body, TEXT);
        steps.holds("it is finished", decoder.finished());
        steps.equal("bytes used", &used, &BODY.len());
    }
}

pub fn line_ends(steps: Steps) {
    for (body, why) in [
        (&b"5\r\nhelloX\r\n0\r\n\r\n"[..], "a byte too many"),
        (b"5\r\nhello!!0\r\n\r\n", "no line end after the bytes"),
        (b"5\r\nhello0\r\n\r\n", "no line end, but the next size"),
        (b"5\r\nhello0\r\n0\r\n\r\n", "a zero too many"),
        (b"4\r\nhello\r\n0\r\n\r\n", "a size that is too small"),
        (b"5\nhello\r\n0\r\n\r\n", "a line feed alone"),
        (b"5\r\nhello\n0\r\n\r\n", "a line feed alone"),
        (b"5\r\nhello\r\n\r\n", "an empty size"),
        (b"five\r\nhello\r\n0\r\n\r\n", "a size in letters"),
    ] {
        let shown = body.escape_ascii();
        steps.step(format!("decode {why}: \"{shown}\""));
        let seen = ChunkedDecoder::default()
            .decode(body, &mut Vec::new())
            .map(|used| format!("{used} bytes used"));
        let error = steps.refuses(why, seen);
        steps.variant("the error", &error, &["Chunk"]);
    }
    steps.step("a size line that never ends");
    let endless = b"5;".repeat(MIB as usize / 2);
    let seen =
        ChunkedDecoder::default().decode(&endless, &mut Vec::new());
    steps.refuses("1 MiB in one line", seen);
}

pub fn trailers(steps: Steps) {
    for (body, after) in [
        ("0\r\n\r\n", "GET / HTTP/1.1\r\n"),
        ("0\r\nX-Sum: 1\r\n\r\n", "GET / HTTP/1.1\r\n"),
        ("0\r\nA: b\r\nC: d\r\n\r\n", ""),
        ("0\r\nA: b\r\n\r\n", "\r\n\r\n"),
        ("00;last\r\nA: b\r\n\r\n", "A: b\r\n\r\n"),
    ] {
        let input = format!("{body}{after}");
        steps.step(format!("decode {input:?}"));
        let (mut decoder, mut output) = Default::default();
        let used =
            decode(&steps, &mut decoder, input.as_bytes(), &mut output);
        steps.holds("it is finished", decoder.finished());
        steps.equal("bytes used", &used, &body.len());
        steps.equal("the body", &output.len(), &0);
    }
    steps.step("trailers that never end");
    let endless = format!("0\r\n{}", "A: b\r\n".repeat(100_000));
    let seen = ChunkedDecoder::default()
        .decode(endless.as_bytes(), &mut Vec::new());
    steps.refuses("100,000 trailers", seen);
}

pub fn cut(steps: Steps) {
    for length in 0..BODY.len() {
        let come = &BODY[..length];
        let shown = come.escape_ascii();
        steps.step(format!("decode \"{shown}\", and nothing more"));
        let (mut decoder, mut body) = Default::default();
        decode(&steps, &mut decoder, come, &mut body);
        steps.equal("finished", &decoder.finished(), &false);
        let right = TEXT.starts_with(&body);
        steps.holds("what came is passed on as it is", right);
    }
    let (mut decoder, mut body) = Default::default();
    steps.step("decode all of it");
    decode(&steps, &mut decoder, BODY, &mut body);
    steps.equal("finished", &decoder.finished(), &true);
}

pub fn announced(steps: Steps) {
    for size in ["40000000", "FFFFFFFFFFFFFFFF"] {
        steps.step(format!("announce {size} bytes, and send 5"));
        let mut decoder = ChunkedDecoder::default();
        let mut body = Vec::new();
        let mark = Mark::now();
        let input = format!("{size}\r\nhello");
        let input = input.as_bytes();
        let used = decode(&steps, &mut decoder, input, &mut body);
        let peak = mark.peak();
        steps.equal("bytes used", &used, &input.len());
        steps.equal_bytes("the body so far", &body, b"hello");
        steps.equal("finished", &decoder.finished(), &false);
        let what = "memory for 5 bytes";
        steps.at_most(what, Size(peak), Size(MIB));
    }
}

fn decode(
    steps: &Steps,
    decoder: &mut ChunkedDecoder,
    input: &[u8],
    body: &mut Vec<u8>,
) -> usize {
    let used: Result<usize, MessageError> = decoder.decode(input, body);
    let used = steps.succeeds("a right body", used);
    steps.at_most("bytes used", used, input.len());
    used
}
