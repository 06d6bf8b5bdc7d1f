//! Where a body ends: `body_length`.

use lab::Steps;
use messages::{BodyLength, Fields, Kind, MessageError, body_length};

const ANSWER: Kind<'_> = Kind::Response {
    method: "GET",
    status: 200,
};

pub fn without_one(steps: Steps) {
    for lines in [
        &[][..],
        &[("Host", "a")],
        &[("Connection", "close")],
        // Names that only look like the two.
        &[("X-Content-Length", "5")],
        &[("Content-Length-X", "5"), ("Content_Length", "5")],
        &[("TE", "chunked"), ("Transfer-Encodings", "chunked")],
    ] {
        is(&steps, lines, Kind::Request, BodyLength::None);
        is(&steps, lines, ANSWER, BodyLength::UntilClose);
    }
    let length = [("Content-Length", "5")];
    is(&steps, &length, Kind::Request, BodyLength::Exact(5));
    is(&steps, &length, ANSWER, BodyLength::Exact(5));
}

pub fn answers(steps: Steps) {
    let length = ("Content-Length", "5");
    let chunked = ("Transfer-Encoding", "chunked");
    let fields: [&[(&str, &str)]; 8] = [
        &[],
        &[length],
        &[chunked],
        // Elsewhere refused; here nobody asks.
        &[length, chunked],
        &[("Content-Length", "+5")],
        &[length, ("Content-Length", "6")],
        &[("Transfer-Encoding", "gzip")],
        &[chunked, chunked],
    ];
    let without = [
        ("HEAD", 200),
        ("HEAD", 404),
        ("GET", 100),
        ("GET", 199),
        ("GET", 204),
        ("GET", 304),
        ("POST", 204),
    ];
    for (method, status) in without {
        for lines in fields {
            let kind = Kind::Response { method, status };
            is(&steps, lines, kind, BodyLength::None);
        }
    }
    steps.step("body_length of 5 bytes, for every status");
    let fields = fields_of(&steps, &[("Content-Length", "5")]);
    for status in 100..=999 {
        let kind = Kind::Response {
            method: "GET",
            status,
        };
        let seen = body_length(&fields, kind);
        let seen = steps.succeeds(format!("of a {status}"), seen);
        let expected = match status {
            100..=199 | 204 | 304 => BodyLength::None,
            _ => BodyLength::Exact(5),
        };
        steps.equal(
            format!("the length of a {status}"),
            &seen,
            &expected,
        );
    }
    let fields: [&[(&str, &str)]; 3] = [&[], &[length], &[chunked]];
    // `head` is another method than `HEAD`.
    let with = [
        ("GET", 200),
        ("GET", 205),
        ("GET", 206),
        ("POST", 404),
        ("head", 200),
        ("Head", 200),
        ("HEADS", 200),
        ("OPTIONS", 200),
        ("DELETE", 200),
    ];
    for (method, status) in with {
        let kind = Kind::Response { method, status };
        is(&steps, fields[1], kind, BodyLength::Exact(5));
        is(&steps, fields[2], kind, BodyLength::Chunked);
    }
}

pub fn case(steps: Steps) {
    for name in ["Content-Length", "content-length", "CONTENT-LENGTH"] {
        let lines = [(name, "5")];
        is(&steps, &lines, Kind::Request, BodyLength::Exact(5));
    }
    for (name, value) in [
        ("Transfer-Encoding", "chunked"),
        ("transfer-encoding", "chunked"),
        ("TRANSFER-ENCODING", "Chunked"),
        ("Transfer-encoding", "CHUNKED"),
    ] {
        let lines = [(name, value)];
        is(&steps, &lines, Kind::Request, BodyLength::Chunked);
    }
}

pub fn digits(steps: Steps) {
    for (value, length) in [
        ("0", 0),
        ("5", 5),
        ("0000000000000000000000005", 5),
        ("255", 255),
        ("256", 256),
        ("65536", 65_536),
        ("2147483648", 1 << 31),
        ("4294967295", u64::from(u32::MAX)),
        ("4294967296", 1 << 32),
        ("4294967306", (1 << 32) + 10),
        // More than a float counts one by one.
        ("9007199254740993", (1 << 53) + 1),
        ("9223372036854775808", 1 << 63),
        ("18446744073709551615", u64::MAX),
        (&format!("{}5", "0".repeat(300)), 5),
    ] {
        let lines = [("Content-Length", value)];
        is(&steps, &lines, Kind::Request, BodyLength::Exact(length));
        is(&steps, &lines, ANSWER, BodyLength::Exact(length));
    }
    for value in [
        "",
        "+5",
        "-1",
        "-0",
        "-00",
        "+0",
        "0x5",
        "5 5",
        "5\t5",
        "5.0",
        "5e0",
        "5a",
        "a",
        "\u{665}",
        "5\u{a0}",
        "\u{2003}5",
        " ",
        "\t",
        "5;",
        "5_000",
        "18446744073709551616",
        "18446744073709551620",
        "36893488147419103237",
        "99999999999999999999999999",
    ] {
        refused(&steps, &[("Content-Length", value)]);
    }
}

pub fn several(steps: Steps) {
    for lines in [
        &[("Content-Length", "5"), ("Content-Length", "6")][..],
        &[("Content-Length", "6"), ("Content-Length", "5")],
        &[("Content-Length", "5, 6")],
        &[("Content-Length", "5,6")],
        &[("Content-Length", "5, 5"), ("Content-Length", "6")],
        &[("Content-Length", "5"), ("Content-Length", "a")],
        &[("Content-Length", "5, 5, 6")],
        &[("Content-Length", "5,"), ("Content-Length", "5")],
        &[("Content-Length", "5,")],
        &[("Content-Length", ",5")],
        &[("Content-Length", "5, ")],
        &[("Content-Length", "5,,5")],
        &[("Content-Length", ""), ("Content-Length", "5")],
        &[("Content-Length", "5"), ("Content-Length", "")],
        &[("Content-Length", ""), ("Content-Length", "")],
        &[("Content-Length", ",")],
        &[("Content-Length", "0"), ("Content-Length", "5")],
        &[("content-length", "5"), ("CONTENT-LENGTH", "6")],
        &[("Content-Length", "5"), ("Content-Length", "4294967301")],
        &[("Content-Length", "5"), ("Content-Length", "+5")],
    ] {
        refused(&steps, lines);
    }
    let thrice = [("Content-Length", "5"); 3];
    refused(
        &steps,
        &[&thrice[..], &[("Content-Length", "6")]].concat(),
    );
    // RFC 9110, section 8.6: refused, or taken for one.
    for lines in [
        &thrice[..2],
        &thrice,
        &[("Content-Length", "5, 5")],
        &[("Content-Length", "5, 05")],
    ] {
        match length(&steps, lines, Kind::Request) {
            Ok(length) => {
                let exact = BodyLength::Exact(5);
                steps.equal("the same twice", &length, &exact);
            }
            Err(error) => {
                steps.variant("the error", &error, &["Length"]);
            }
        }
    }
    crate::models::lengths(&steps);
}

pub fn both(steps: Steps) {
    let chunked = ("Transfer-Encoding", "chunked");
    for lines in [
        [("Content-Length", "5"), chunked],
        [chunked, ("Content-Length", "5")],
        [chunked, ("Content-Length", "0")],
        [("Transfer-Encoding", "gzip"), ("Content-Length", "5")],
        // However little the length says.
        [("Content-Length", ""), chunked],
        [chunked, ("Content-Length", "")],
        [("Content-Length", " "), chunked],
        [("Content-Length", ","), chunked],
        [("Content-Length", "a"), chunked],
        [chunked, ("Content-Length", "+5")],
        [chunked, ("content-length", "18446744073709551616")],
        [("Content-Length", ""), ("Transfer-Encoding", "")],
        [("Content-Length", "5"), ("Transfer-Encoding", "")],
    ] {
        refused(&steps, &lines);
    }
    is(&steps, &[chunked], Kind::Request, BodyLength::Chunked);
    is(&steps, &[chunked], ANSWER, BodyLength::Chunked);
}

pub fn codings(steps: Steps) {
    for value in [
        "gzip",
        "gzip, chunked",
        "chunked, gzip",
        "chunked, chunked",
        "xchunked",
        "chunkedx",
        "identity",
        "\"chunked\"",
        "chunked;q=1",
        "chunked,",
        ",chunked",
        "\u{a0}chunked",
        "chunked\u{2003}",
        // In Unicode, this is a `k` in small letters.
        "chun\u{212a}ed",
        "CHUNKED, chunked",
        "chunke",
        "",
    ] {
        refused(&steps, &[("Transfer-Encoding", value)]);
    }
    let chunked = ("Transfer-Encoding", "chunked");
    for other in ["gzip", "chunked", "Chunked", "identity", "", ","] {
        let other = ("Transfer-Encoding", other);
        refused(&steps, &[chunked, other]);
        refused(&steps, &[other, chunked]);
    }
}

fn length(
    steps: &Steps,
    lines: &[(&str, &str)],
    kind: Kind<'_>,
) -> Result<BodyLength, MessageError> {
    let shown: String = shown(lines).chars().take(120).collect();
    steps.step(format!("body_length of {shown}, {kind:?}"));
    body_length(&fields_of(steps, lines), kind)
}

/// The lines, with a name for each character that is easily
/// taken for another.
fn shown(lines: &[(&str, &str)]) -> String {
    let text = format!("{lines:?}");
    let name = |char: char| {
        if char.is_ascii() {
            char.to_string()
        } else {
            char.escape_unicode().to_string()
        }
    };
    text.chars().map(name).collect()
}

fn fields_of(steps: &Steps, lines: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in lines {
        let pushed = fields.push(name, value);
        steps.succeeds("the field", pushed);
    }
    fields
}

fn is(
    steps: &Steps,
    lines: &[(&str, &str)],
    kind: Kind<'_>,
    expected: BodyLength,
) {
    let seen = length(steps, lines, kind);
    let seen = steps.succeeds("the length", seen);
    steps.equal("the length", &seen, &expected);
}

fn refused(steps: &Steps, lines: &[(&str, &str)]) {
    for kind in [Kind::Request, ANSWER] {
        let seen = length(steps, lines, kind);
        let what = format!("the length of {}", shown(lines));
        let error = steps.refuses(what, seen);
        steps.variant("the error", &error, &["Length"]);
    }
}
