//! Chapter 4's heads and chunk sizes against httparse, on heads that are generated
//! and then damaged. A seed repeats them all; the budget is fixed.

use std::collections::BTreeMap;

use httparse::{EMPTY_HEADER, Error, Header, Status};
use lab::random::Random;
use messages::{Fields, HeadLimits, MessageError, RequestLine, chunk_size, parse_head};

/// Heads of each kind.
const HEADS: usize = 200_000;
/// Fields that either side takes.
const FIELDS: usize = 16;

/// What a head was read as.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    method: String,
    target: String,
    minor: u8,
    fields: Vec<(String, String)>,
    length: usize,
}

#[test]
fn whole_heads_are_read_alike() {
    let mut random = Random::new(1);
    for _ in 0..HEADS {
        let bytes = generated(&mut random);
        let shown = bytes.escape_ascii();
        let (Ok(Some(ours)), Ok(Some(theirs))) = (ours(&bytes), theirs(&bytes)) else {
            panic!("{shown}: {:?}, {:?}", ours(&bytes), theirs(&bytes));
        };
        assert_eq!(ours, theirs, "{shown}");
    }
}

#[test]
fn damaged_heads_are_read_alike_or_the_difference_has_a_reason() {
    let mut random = Random::new(2);
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..HEADS {
        let mut bytes = generated(&mut random);
        for _ in 0..=random.below(3) {
            damage(&mut random, &mut bytes);
        }
        let (ours, theirs) = (ours(&bytes), theirs(&bytes));
        let reason = match (&ours, &theirs) {
            (Ok(Some(ours)), Ok(Some(theirs))) if ours == theirs => "both read it",
            (Ok(None), Ok(None)) => "both want more",
            (Err(_), Err(_)) => "both refuse it",
            // We judge a head when all of it is there.
            (Ok(None), Err(_)) => "we want its end before we refuse it",
            (Ok(Some(_)), _) => "",
            (_, Ok(_)) => why_we_do_not(&bytes),
        };
        assert!(
            !reason.is_empty(),
            "{}: {ours:?}, {theirs:?}",
            bytes.escape_ascii()
        );
        *reasons.entry(reason).or_default() += 1;
    }
    println!("{reasons:#?}");
    // Neither side refuses everything.
    for reason in ["both read it", "both refuse it"] {
        assert!(reasons[reason] > HEADS / 20, "{reasons:?}");
    }
}

#[test]
fn sizes_of_chunks_are_read_alike_or_the_difference_has_a_reason() {
    let mut random = Random::new(3);
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..HEADS {
        let length = random.below(20);
        // Sometimes digits only, so that long sizes turn up.
        let letters = if random.below(4) == 0 { 16 } else { 27 };
        let letter =
            |_| char::from(b"0123456789abcDEF00 ;=\"\tgx+-"[random.below(letters)]);
        let line: String = (0..length).map(letter).collect();
        let ours = chunk_size(&line);
        let theirs = httparse::parse_chunk_size(format!("{line}\r\n").as_bytes());
        let reason = match (&ours, &theirs) {
            (Ok(ours), Ok(Status::Complete((_, theirs)))) if ours == theirs => {
                "both read it"
            }
            (Err(_), Err(_)) => "both refuse it",
            // "  5" and ";x" are not in the grammar of RFC 9112, section 7.1.
            (Err(_), Ok(_)) if line.starts_with([' ', '\t', ';']) => {
                "it begins with no digit"
            }
            (Err(_), Ok(_)) if line.is_empty() => "it is empty",
            // They count 15 digits or 16, by what comes first.
            (Ok(_), Err(_)) if digits(&line) == 16 => "it has 16 digits",
            _ => "",
        };
        assert!(!reason.is_empty(), "{line:?}: {ours:?}, {theirs:?}");
        *reasons.entry(reason).or_default() += 1;
    }
    println!("{reasons:#?}");
    assert!(reasons["both read it"] > 1000, "{reasons:?}");
}

fn ours(bytes: &[u8]) -> Result<Option<Read>, MessageError> {
    let limits = HeadLimits {
        bytes: 1 << 20,
        fields: FIELDS,
    };
    let Some((head, length)) = parse_head(bytes, &limits)? else {
        return Ok(None);
    };
    let RequestLine {
        method,
        target,
        minor,
    } = head.start.parse()?;
    let fields: &Fields = &head.fields;
    Ok(Some(Read {
        method,
        target,
        minor,
        fields: fields.iter().cloned().collect(),
        length,
    }))
}

fn theirs(bytes: &[u8]) -> Result<Option<Read>, Error> {
    let mut headers = [EMPTY_HEADER; FIELDS];
    let mut request = httparse::Request::new(&mut headers);
    let Status::Complete(length) = request.parse(bytes)? else {
        return Ok(None);
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let field = |header: &Header<'_>| (header.name.to_owned(), text(header.value));
    Ok(Some(Read {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
        minor: request.version.unwrap_or_default(),
        fields: request.headers.iter().map(field).collect(),
        length,
    }))
}

/// Why we do not read what httparse reads; empty when there is no reason. All of
/// them are leniencies that RFC 9112 allows and does not ask for.
fn why_we_do_not(bytes: &[u8]) -> &'static str {
    let lone = |at: usize| bytes[at] == b'\n' && (at == 0 || bytes[at - 1] != b'\r');
    let target = bytes.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    if (0..bytes.len()).any(lone) {
        "a line feed alone ends no line here (section 2.2)"
    } else if bytes.starts_with(b"\r\n") {
        "the connection loop skips empty lines, the parser does not (section 2.2)"
    } else if !target.is_ascii() {
        "a target is ASCII (section 3.2)"
    } else if std::str::from_utf8(bytes).is_err() {
        "our values are text (RFC 9110, section 5.5)"
    } else {
        ""
    }
}

fn digits(line: &str) -> usize {
    line.bytes()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count()
}

/// A head that is right.
fn generated(random: &mut Random) -> Vec<u8> {
    const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "OPTIONS", "M-SEARCH"];
    const TARGETS: [&str; 6] = [
        "/",
        "/index.html?a=b",
        "/%2e%2e/x",
        "*",
        "http://example.org/a",
        "/a;b=c,d'(e)!~",
    ];
    const NAMES: [&str; 8] = [
        "Host",
        "content-length",
        "Transfer-Encoding",
        "X",
        "!#$%&'*+-.^_`|~",
        "Accept",
        "Cookie",
        "x-0",
    ];
    const VALUES: [&str; 8] = [
        "example.org",
        "5",
        "chunked",
        "",
        "a: b, c; d=\"e\"",
        "gr\u{fc}\u{df}e",
        "\ttab inside\tit",
        "*/*",
    ];
    const AROUND: [&str; 4] = ["", " ", "\t", " \t "];
    let minor = random.below(2);
    let mut head = format!(
        "{} {} HTTP/1.{minor}\r\n",
        METHODS[random.below(METHODS.len())],
        TARGETS[random.below(TARGETS.len())],
    );
    for _ in 0..random.below(6) {
        head.extend([
            NAMES[random.below(NAMES.len())],
            ":",
            AROUND[random.below(AROUND.len())],
            VALUES[random.below(VALUES.len())].trim(),
            AROUND[random.below(AROUND.len())],
            "\r\n",
        ]);
    }
    head.push_str("\r\n");
    head.push_str(["", "body", "GET / HTTP/1.1\r\n\r\n", "\r\n\r\n"][random.below(4)]);
    head.into_bytes()
}

/// One byte more, less or other; or a line twice; or a cut.
fn damage(random: &mut Random, bytes: &mut Vec<u8>) {
    const BYTES: &[u8] = b"\r\n\r\n \t:\0\x0b\x7f\xff\xc3aG/1;,\"\x1f";
    let at = random.below(bytes.len() + 1);
    let byte = BYTES[random.below(BYTES.len())];
    match random.below(6) {
        0 => bytes.insert(at, byte),
        1 if at < bytes.len() => bytes[at] = byte,
        2 if at < bytes.len() => drop(bytes.remove(at)),
        3 => bytes.truncate(at),
        4 => {
            let copy = bytes[at..].to_vec();
            let length = copy.len().min(12);
            bytes.splice(at..at, copy[..length].iter().copied());
        }
        _ => bytes.insert(at, random.number() as u8),
    }
    if bytes.is_empty() {
        bytes.push(byte);
    }
}
