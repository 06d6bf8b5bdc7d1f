//! Checks of `Utf8Decoder`.

use buffers::{TextError, Utf8Decoder};
use lab::memory::Mark;
use lab::size::{KIB, MIB};
use lab::split::{self, Pieces};
use lab::{Size, Steps};

/// Characters of 1, 2, 3 and 4 bytes; the first and the last of
/// each length; a mark that stands at the beginning of files; and
/// the sign that others put in the place of wrong bytes.
const TEXT: &str = "\u{feff}aé€🦀 \u{0}\u{7f}\u{80}\u{7ff}\u{800}\
                    \u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}e\u{301}\r\n\
                    \u{fffd}\u{fffe}\u{feff}\u{85}\u{2028}?";

pub fn every_cut(steps: Steps) {
    let seed = lab::recut::seed().unwrap_or(6);
    let cuts = split::every(TEXT.as_bytes());
    let random = split::seeded(TEXT.as_bytes(), 12, seed, 50);
    for pieces in cuts.chain(random) {
        steps.step(format!("decode a text that is {}", pieces.name()));
        let mut decoder = Utf8Decoder::default();
        let mut text = String::new();
        let mut came = 0;
        for piece in &pieces {
            let decoded = decoder.decode(piece);
            text += &steps.succeeds("the text of a chunk", decoded);
            came += piece.len();
            let whole = TEXT.floor_char_boundary(came);
            let what = format!("the text so far, after {came} bytes");
            steps.equal(what, &text.as_str(), &&TEXT[..whole]);
        }
        steps.succeeds("the end", decoder.finish());
    }
    steps.step("decode a chunk of no bytes in the middle of an é");
    let mut decoder = Utf8Decoder::default();
    for (chunk, expected) in
        [(&b"\xc3"[..], ""), (b"", ""), (b"\xa9", "é"), (b"", "")]
    {
        let decoded = decoder.decode(chunk);
        let text = steps.succeeds("the text of a chunk", decoded);
        let what = format!("the text of {}", chunk.escape_ascii());
        steps.equal(what, &text.as_str(), &expected);
    }
    steps.succeeds("the end", decoder.finish());
}

pub fn wrong_bytes(steps: Steps) {
    // The bytes, where the wrong character begins, and after how
    // many bytes it is certain.
    let cases: [(&[u8], u64, usize); 29] = [
        (b"\xff", 0, 1),
        (b"abc\xff", 3, 4),
        (b"abc\x80", 3, 4),
        (b"\xc0\xaf", 0, 1),
        (b"\xc3\x28", 0, 2),
        (b"\xe2\x82A", 0, 3),
        (b"\xe2A", 0, 2),
        (b"\xe0\x80\x80", 0, 2),
        (b"\xed\xa0\x80", 0, 2),
        (b"\xf0\x80\x80\x80", 0, 2),
        (b"\xf4\x90\x80\x80", 0, 2),
        (b"\xf5", 0, 1),
        ("é€\u{10ffff}\u{80}".as_bytes(), u64::MAX, 0),
        (b"\xc3\xa9\xe2\x82\xac\xf0\x9f\xa6\x28", 5, 9),
        (b"\x80", 0, 1),
        (b"\xbf", 0, 1),
        (b"\x80abc", 0, 1),
        (b"\xa9\x80\x80", 0, 1),
        (b"\xc1\xbf", 0, 1),
        (b"\xf8", 0, 1),
        (b"\xfe", 0, 1),
        (b"\xed\xbf\xbf", 0, 2),
        (b"\xf0\x8f\xbf\xbf", 0, 2),
        (b"\xe2\x82\xe2\x82\xac", 0, 3),
        (b"\xf0\x9f\xa6\xff", 0, 4),
        (b"\xe2\x82\xac\x80", 3, 4),
        (b"\xef\xbb\xbf\xff", 3, 4),
        (b"\n\xc3\n", 1, 3),
        (b"\xc3\xc3\xa9", 0, 2),
    ];
    for (input, at, certain) in cases {
        for pieces in split::every(input) {
            let shown = input.escape_ascii();
            let name = pieces.name();
            steps.step(format!("decode \"{shown}\", {name}"));
            let seen = first_error(&pieces);
            let expected = (at < u64::MAX).then(|| {
                (TextError::Invalid { at }, reach(&pieces, certain))
            });
            let what = "the error, and the bytes that were pushed then";
            steps.equal(what, &seen, &expected);
        }
    }
    steps.step("decode 5000 bytes in chunks, and then a wrong one");
    let mut decoder = Utf8Decoder::default();
    for _ in 0..1000 {
        steps.succeeds("a chunk", decoder.decode("€é".as_bytes()));
    }
    let error =
        steps.refuses("the wrong byte", decoder.decode(b"a\xfe"));
    let expected = TextError::Invalid { at: 5001 };
    steps.equal("the error", &error, &expected);
    for length in PLACES {
        steps.step(format!("decode {length} bytes, and a wrong one"));
        for size in [1000, length + 1] {
            let mut bytes = vec![b'x'; length];
            bytes.push(b'\xff');
            let mut decoder = Utf8Decoder::default();
            let mut results =
                bytes.chunks(size).map(|chunk| decoder.decode(chunk));
            let error = results.find_map(Result::err);
            let at = length as u64;
            let expected = Some(TextError::Invalid { at });
            steps.equal("the error", &error, &expected);
        }
    }
}

/// Where counts of 8 and 16 bits end.
const PLACES: [usize; 7] = [127, 128, 255, 256, 65_535, 65_536, 70_000];

/// The first error, and how many bytes were pushed when it came.
fn first_error(pieces: &Pieces<'_>) -> Option<(TextError, usize)> {
    let mut decoder = Utf8Decoder::default();
    let mut pushed = 0;
    for piece in pieces {
        pushed += piece.len();
        if let Err(error) = decoder.decode(piece) {
            return Some((error, pushed));
        }
    }
    None
}

/// The end of the piece in which byte `certain` comes.
fn reach(pieces: &Pieces<'_>, certain: usize) -> usize {
    let mut pushed = 0;
    for piece in pieces {
        pushed += piece.len();
        if pushed >= certain {
            break;
        }
    }
    pushed
}

pub fn cut_at_the_end(steps: Steps) {
    for (input, at) in [
        (&b"\xc3"[..], 0),
        (b"abc\xe2\x82", 3),
        (b"abc\xe2", 3),
        (b"\xc3\xa9\xf0\x9f\xa6", 2),
    ] {
        for pieces in split::every(input) {
            let shown = input.escape_ascii();
            let name = pieces.name();
            steps.step(format!("decode \"{shown}\", {name}, and end"));
            let mut decoder = Utf8Decoder::default();
            for piece in &pieces {
                steps.succeeds("the text", decoder.decode(piece));
            }
            let error = steps.refuses("the end", decoder.finish());
            let expected = TextError::Incomplete { at };
            steps.equal("the error", &error, &expected);
        }
    }
    for length in PLACES {
        steps.step(format!("decode {length} bytes and half an é, end"));
        for size in [1000, length + 1] {
            let mut bytes = vec![b'x'; length];
            bytes.push(b'\xc3');
            let mut decoder = Utf8Decoder::default();
            for chunk in bytes.chunks(size) {
                steps.succeeds("the text", decoder.decode(chunk));
            }
            let error = steps.refuses("the end", decoder.finish());
            let at = length as u64;
            let expected = TextError::Incomplete { at };
            steps.equal("the error", &error, &expected);
        }
    }
    steps.step("decode nothing, and end");
    steps.succeeds("the end", Utf8Decoder::default().finish());
}

pub fn keeps_three_bytes(steps: Steps) {
    let crab = "🦀".as_bytes();
    for held in 0..crab.len() {
        let (now, later) = crab.split_at(held);
        steps.step(format!(
            "decode 1 MiB that ends with {held} bytes of a 🦀"
        ));
        let mut chunk = vec![b'x'; MIB as usize];
        chunk.extend_from_slice(now);
        let mut decoder = Utf8Decoder::default();
        let mark = Mark::now();
        let text = decoder.decode(&chunk);
        let text = steps.succeeds("the text", text);
        steps.equal("bytes of the text", &(text.len() as u64), &MIB);
        drop(text);
        let live = Size(u64::try_from(mark.live()).unwrap_or(0));
        let what = "memory that the decoder keeps";
        steps.at_most(what, live, Size(64 * KIB));
        let text = steps.succeeds("the rest", decoder.decode(later));
        steps.equal("the text of the rest", &text.as_str(), &"🦀");
    }
    many_decoders(&steps);
}

/// One of them hides how much room it has, and many don't.
fn many_decoders(steps: &Steps) {
    steps.step("1000 decoders: 1460 bytes each, and half an é");
    let mut chunk = vec![b'x'; 1460];
    chunk.push(b'\xc3');
    let mut kept = Vec::with_capacity(1000);
    let mark = Mark::now();
    for _ in 0..1000 {
        let mut decoder = Utf8Decoder::default();
        let text = steps.succeeds("the text", decoder.decode(&chunk));
        steps.equal("bytes of the text", &text.len(), &1460);
        kept.push(decoder);
    }
    let live = Size(u64::try_from(mark.live()).unwrap_or(0));
    let what = "memory that the decoders keep";
    steps.at_most(what, live, Size(1000 * 64 + 64 * KIB));
}
