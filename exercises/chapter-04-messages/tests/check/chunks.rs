//! The chunked coding: `step` and `chunk_size`.

use lab::memory::Mark;
use lab::size::{KIB, MIB};
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
        ("0000000000000005", 5),
        ("5;name=value", 5),
        ("5;name=\"a b\"", 5),
        ("5 ;name", 5),
        ("5;", 5),
        ("5; ", 5),
        ("5;;", 5),
        ("5;a;b=c", 5),
        ("5;\"", 5),
        ("5;a=\"b", 5),
        ("5;a=\"b;c", 5),
        ("5;\u{e4}=\0", 5),
        ("5 ", 5),
        ("5\t", 5),
        ("5\t ;name", 5),
        ("ff", 255),
        ("100", 256),
        ("ffff", 65_535),
        ("10000", 65_536),
        ("7fffffff", (1 << 31) - 1),
        ("80000000", 1 << 31),
        ("ffffffff", (1 << 32) - 1),
        ("100000000", 1 << 32),
        ("10000000a", (1 << 32) + 10),
        ("8000000000000000", 1 << 63),
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
        "-0",
        "+000000000000005",
        "0x00000000000005",
        " 5",
        "5 5",
        "5,",
        "5\r",
        "5\u{b}",
        "5\u{a0}",
        "\u{665}",
        "10000000000000000",
        "5ffffffffffffffff",
        "00000000000000005",
    ] {
        steps.step(format!("chunk_size({line:?})"));
        let what = format!("the line {line:?}");
        let error = steps.refuses(what, chunk_size(line));
        steps.variant("the error", &error, &["Chunk"]);
    }
    crate::models::sizes(&steps);
}

pub fn any_pieces(steps: Steps) {
    let after = b"GET / HTTP/1.1\r\n";
    let input = [BODY, after].concat();
    for pieces in split::every(&input) {
        steps.step(format!(
            "a chunked body {}: {}",
            pieces.name(),
            shown(&pieces)
        ));
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
    sizes_in_pieces(&steps);
}

/// Chunks of every size, and many of them.
fn sizes_in_pieces(steps: &Steps) {
    let text: Vec<u8> = (0..=250).cycle().take(200_000).collect();
    let sizes = [
        1, 15, 16, 255, 256, 1024, 1025, 4096, 65_535, 65_536, 65_537,
        131_072,
    ];
    for size in sizes {
        let text = &text[..size];
        let head = format!("{size:x}\r\n").into_bytes();
        let body = [&head, text, b"\r\n0\r\n\r\n"].concat();
        let bare = head.len();
        for (name, cuts) in [
            ("at once", vec![]),
            ("its bytes apart", vec![bare, bare + size]),
            ("its bytes in two", vec![bare, bare + size / 2]),
            (
                "in pieces of 16 KiB",
                (1..13).map(|at| at << 14).collect(),
            ),
        ] {
            steps.step(format!("a chunk of {size} bytes, {name}"));
            let (mut decoder, mut output) = Default::default();
            let mut used = 0;
            for end in cuts.into_iter().chain([body.len()]) {
                let come = &body[..end.min(body.len())];
                used += decode(
                    steps,
                    &mut decoder,
                    &come[used..],
                    &mut output,
                );
            }
            steps.equal("bytes used", &used, &body.len());
            steps.equal_bytes("the body", &output, text);
            steps.holds("it is finished", decoder.finished());
        }
    }
    let many = "1\r\nx\r\n".repeat(70_000);
    let text = "x".repeat(70_000);
    ends(steps, &format!("{many}0\r\n\r\n"), "", text.as_bytes());
    let text = "x".repeat(1 << 16);
    let many = format!("10000\r\n{text}\r\n").repeat(40);
    let text = text.repeat(40);
    ends(steps, &format!("{many}0\r\n\r\n"), "", text.as_bytes());
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
        (b"5\r\nhello\rX0\r\n\r\n", "CR, and no line feed"),
        (b"5\r\nhello \r\n0\r\n\r\n", "a blank too many"),
        (b"5\r\nhello\t\r\n0\r\n\r\n", "a tab too many"),
        (b"5\r\nhello\r\n\r\n", "an empty size"),
        (b"five\r\nhello\r\n0\r\n\r\n", "a size in letters"),
    ] {
        misplaced(&steps, body, why);
    }
    for odd in (b' '..=b'~').chain([b'\t']).map(char::from) {
        let body = format!("5\r\nhello{odd}\r\n0\r\n\r\n");
        misplaced(&steps, body.as_bytes(), "a byte too many");
    }
    long_lines(&steps, "5;", "\r\nhello\r\n0\r\n\r\n", b"hello");
}

/// Refuses a body whose chunk does not end where its size says.
fn misplaced(steps: &Steps, body: &[u8], why: &str) {
    let shown = body.escape_ascii();
    steps.step(format!("decode {why}: \"{shown}\""));
    let seen = ChunkedDecoder::default()
        .decode(body, &mut Vec::new())
        .map(|used| format!("{used} bytes used"));
    let error = steps.refuses(why, seen);
    steps.variant("the error", &error, &["Chunk"]);
}

pub fn trailers(steps: Steps) {
    for (body, after) in [
        ("0\r\n\r\n", "GET / HTTP/1.1\r\n"),
        ("0\r\nX-Sum: 1\r\n\r\n", "GET / HTTP/1.1\r\n"),
        ("0\r\nA: b\r\nC: d\r\n\r\n", ""),
        ("0\r\nA: b\r\n\r\n", "\r\n\r\n"),
        ("00;last\r\nA: b\r\n\r\n", "A: b\r\n\r\n"),
        // Not empty: it is dropped, whatever it is.
        ("0\r\n \r\nA: b\r\n\r\n", ""),
        ("0\r\n\t\r\nA: b\r\n\r\n", ""),
        ("0\r\nno colon\r\n\r\n", "A: b\r\n\r\n"),
    ] {
        ends(&steps, body, after, b"");
    }
    for line in ["A: b", "no colon", " "] {
        let of = |count| {
            let lines = format!("{line}\r\n").repeat(count);
            format!("0\r\n{lines}\r\n")
        };
        ends(&steps, &of(16), "A: b\r\n\r\n", b"");
        for count in [17, 100_000] {
            steps.step(format!(
                "{count} trailers {line:?}, and 16 are allowed"
            ));
            let mut decoder = ChunkedDecoder::default();
            let seen =
                decoder.decode(of(count).as_bytes(), &mut Vec::new());
            let error = steps.refuses("so many trailers", seen);
            steps.variant("the error", &error, &["Chunk"]);
        }
    }
    steps.step("17 trailers, a call of `decode` for each line");
    let mut decoder = ChunkedDecoder::default();
    decode(&steps, &mut decoder, b"0\r\n", &mut Vec::new());
    for _ in 0..16 {
        decode(&steps, &mut decoder, b"A: b\r\n", &mut Vec::new());
    }
    let seen = decoder.decode(b"A: b\r\n", &mut Vec::new());
    let error = steps.refuses("trailer 17", seen);
    steps.variant("the error", &error, &["Chunk"]);
    // A size of 0 has up to 16 digits.
    for digits in 1..=16 {
        let body = format!("{}\r\nA: b\r\n\r\n", "0".repeat(digits));
        ends(&steps, &body, "A: b\r\n\r\n", b"");
    }
    // Whatever stands in a line, only an empty one is the end.
    for odd in (b' '..=b'~').chain([b'\t']).map(char::from) {
        for line in [format!("{odd}"), format!("{odd}{odd}")] {
            let body = format!("0\r\n{line}\r\n\r\n");
            ends(&steps, &body, "A: b\r\n\r\n", b"");
        }
    }
    long_lines(&steps, "0\r\nA: ", "\r\n\r\n", b"");
}

pub fn cut(steps: Steps) {
    for length in 0..BODY.len() {
        let come = &BODY[..length];
        let shown = come.escape_ascii();
        steps.step(format!("decode \"{shown}\", and nothing more"));
        let (mut decoder, mut body) = Default::default();
        decode(&steps, &mut decoder, come, &mut body);
        steps.equal("finished", &decoder.finished(), &false);
        // The bytes of the two chunks begin at 3 and at 20.
        let first = length.saturating_sub(3).min(5);
        let second = length.saturating_sub(20).min(16);
        let right = &TEXT[..first + second];
        let what = "what came is passed on as it is";
        steps.equal_bytes(what, &body, right);
    }
    let (mut decoder, mut body) = Default::default();
    steps.step("decode all of it");
    decode(&steps, &mut decoder, BODY, &mut body);
    steps.equal("finished", &decoder.finished(), &true);
}

pub fn announced(steps: Steps) {
    for size in [
        "40000000",
        "FFFFFFFFFFFFFFFF",
        "10000",
        "7FFFFFFF",
        "80000000",
        // In 32 bits, this is 0, and so the end.
        "100000000",
        "8000000000000000",
    ] {
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
        steps.at_most(what, Size(peak), Size(16 * KIB));
    }
    // 4 GiB and 5 bytes: in 32 bits, that is 5.
    let input = b"100000005\r\nhello\r\n0\r\n\r\n";
    steps.step("announce 100000005 bytes, and send 12");
    let (mut decoder, mut body) = Default::default();
    let used = decode(&steps, &mut decoder, input, &mut body);
    steps.equal("bytes used", &used, &input.len());
    steps.equal_bytes("the body so far", &body, &input[11..]);
    steps.equal("finished", &decoder.finished(), &false);
}

/// A line of 1024 bytes is allowed. One more is not, and neither
/// is one that goes on without an end.
fn long_lines(steps: &Steps, before: &str, after: &str, text: &[u8]) {
    let begin = before.rfind('\n').map_or(0, |at| at + 1);
    let line = |length: usize| {
        let filler = "x".repeat(begin + length - before.len());
        format!("{before}{filler}")
    };
    ends(steps, &format!("{}{after}", line(1024)), "", text);
    steps.step("the same, cut before the line feed of the long line");
    let cut = format!("{}\r", line(1024));
    let (mut decoder, mut output) = Default::default();
    decode(steps, &mut decoder, cut.as_bytes(), &mut output);
    for (length, after) in
        [(1025, after), (2048, ""), (MIB as usize, "")]
    {
        let end = if after.is_empty() { "no" } else { "an" };
        steps.step(format!(
            "{before:?} and so on: a line of {length} bytes, {end} end"
        ));
        let input = format!("{}{after}", line(length));
        let mut decoder = ChunkedDecoder::default();
        let seen = decoder.decode(input.as_bytes(), &mut Vec::new());
        let what = format!("a line of {length} bytes");
        let error = steps.refuses(what, seen);
        steps.variant("the error", &error, &["Chunk"]);
    }
}

/// Expects a body that ends where something else begins.
fn ends(steps: &Steps, body: &str, after: &str, text: &[u8]) {
    let input = format!("{body}{after}");
    let shown: String = input.chars().take(120).collect();
    steps.step(format!("decode {} bytes: {shown:?}", input.len()));
    let (mut decoder, mut output) = Default::default();
    let used =
        decode(steps, &mut decoder, input.as_bytes(), &mut output);
    steps.holds("it is finished", decoder.finished());
    steps.equal("bytes used", &used, &body.len());
    steps.equal_bytes("the body", &output, text);
}

/// The bytes of these pieces, and between them where they are cut.
fn shown(pieces: &split::Pieces<'_>) -> String {
    let texts = pieces.iter().map(|piece| piece.escape_ascii());
    let texts: Vec<String> =
        texts.map(|text| format!("\"{text}\"")).collect();
    // One for each byte would say less than the name.
    match texts.len() {
        1 | 2 => texts.join(" then "),
        count => format!("{count} pieces"),
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
