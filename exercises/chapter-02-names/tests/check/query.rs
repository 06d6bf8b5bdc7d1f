//! Names and questions as they are sent.

use lab::Steps;
use names::{
    Name, NameError, Question, RecordType, encode_name, encode_query,
};

use crate::wire::name;

/// The longest name: 255 octets as it is sent.
fn longest() -> String {
    let label = "a".repeat(63);
    format!("{label}.{label}.{label}.{}", "b".repeat(61))
}

pub fn a_name_becomes_labels(steps: Steps) {
    let cases: [(&str, &[u8]); 9] = [
        ("www.example.org", b"\x03www\x07example\x03org\x00"),
        ("www.example.org.", b"\x03www\x07example\x03org\x00"),
        ("a", b"\x01a\x00"),
        ("a-1.b", b"\x03a-1\x01b\x00"),
        // Any bytes are a label: nothing is left out or changed.
        ("a b._c", b"\x03a b\x02_c\x00"),
        ("\u{e9}.b", b"\x02\xc3\xa9\x01b\x00"),
        ("WWW.Example.org", b"\x03WWW\x07Example\x03org\x00"),
        ("", b"\x00"),
        (".", b"\x00"),
    ];
    for (text, expected) in cases {
        steps.step(format!("encode {text:?}"));
        let mut message = Vec::new();
        let encoded = encode_name(text, &mut message);
        steps.succeeds(format!("{text:?}"), encoded);
        steps.equal_bytes("the bytes", &message, expected);
    }

    any_characters(&steps);
    steps.step("encode \"a.b\" behind other bytes");
    let mut message = b"before".to_vec();
    steps.succeeds("a.b", encode_name("a.b", &mut message));
    steps.equal_bytes("the bytes", &message, b"before\x01a\x01b\x00");

    // The last dot is no octet of its own.
    for text in [longest(), format!("{}.", longest())] {
        let length = text.len();
        steps.step(format!(
            "encode {length} characters, 255 octets, behind 12 bytes"
        ));
        let mut message = vec![0; 12];
        let encoded = encode_name(&text, &mut message);
        steps.succeeds("the longest name", encoded);
        steps.equal("bytes", &message.len(), &(12 + 255));
        steps.equal("the length of its first label", &message[12], &63);
    }

    steps.step("encode a label of 63 octets, which are 32 characters");
    let mut message = Vec::new();
    let text = format!("{}a", "\u{e9}".repeat(31));
    steps.succeeds("the label", encode_name(&text, &mut message));
    steps.equal("bytes", &message.len(), &65);
    steps.equal("the length of the label", &message[0], &63);
}

/// Only the dot has a meaning. Announced is what goes wrong, for
/// there are many.
fn any_characters(steps: &Steps) {
    let others = "\u{3002}\u{ff0e}\u{ff61}\u{a0}\u{ad}\u{2028}\u{feff}";
    let ascii = ('\0'..='\u{7f}').filter(|c| *c != '.');
    for c in ascii.chain(others.chars()) {
        for label in [format!("{c}"), format!("a{c}"), format!("{c}b")]
        {
            let mut message = Vec::new();
            let encoded =
                encode_name(&format!("{label}.z{c}"), &mut message);
            let last = format!("z{c}");
            let mut expected = Vec::new();
            for label in [&label, &last] {
                expected.push(label.len() as u8);
                expected.extend_from_slice(label.as_bytes());
            }
            expected.push(0);
            if encoded.is_err() || message != expected {
                let text = format!("{label}.{last}");
                steps.step(format!("encode {text:?}, any characters"));
                steps.succeeds(format!("{text:?}"), encoded);
                steps.equal_bytes("the bytes", &message, &expected);
            }
        }
    }
    // Elsewhere these are addresses, masks and escapes.
    for (text, expected) in [
        ("192.0.2.1", &b"\x03192\x010\x012\x011\x00"[..]),
        ("1", b"\x011\x00"),
        ("*.example", b"\x01*\x07example\x00"),
        ("-a-.b", b"\x03-a-\x01b\x00"),
        ("a\\.b", b"\x02a\\\x01b\x00"),
        ("a\\046b", b"\x06a\\046b\x00"),
        ("http://a:80/", b"\x0chttp://a:80/\x00"),
    ] {
        steps.step(format!("encode {text:?}, any characters"));
        let mut message = Vec::new();
        let encoded = encode_name(text, &mut message);
        steps.succeeds(format!("{text:?}"), encoded);
        steps.equal_bytes("the bytes", &message, expected);
    }
}

pub fn a_name_that_does_not_fit_is_refused(steps: Steps) {
    for text in ["a..b", ".a", "a..", "..", ".a.", "www..example.org"] {
        steps.step(format!("encode {text:?}, with an empty label"));
        let error = refused(&steps, text);
        let expected = NameError::NotAName(text.to_owned());
        steps.equal(text, &error, &expected);
    }
    let label = |length: usize| "a".repeat(length);
    let cases = [
        ("a label of 64", label(64)),
        ("a label of 64 with a dot behind it", label(64) + "."),
        ("a label of 128", label(128)),
        ("a label of 192, a pointer's first byte", label(192)),
        ("a label of 256, 0 as a byte", format!("{}.b", label(256))),
        ("a label of 300", format!("b.{}", label(300))),
        ("a label of 32 characters, 64 octets", "\u{e9}".repeat(32)),
        ("a label of 64 characters, 128 octets", "\u{e9}".repeat(64)),
        ("a name of 256 octets", format!("{}b", longest())),
        ("a name of 257 octets", format!("{}.b", longest())),
        ("128 labels of one", ["a"; 128].join(".")),
        ("a name of 256 octets and a last dot", longest() + "b."),
        ("five labels of 31 characters, 316 octets", {
            [&*"\u{e9}".repeat(31); 5].join(".")
        }),
    ];
    for (what, text) in cases {
        steps.step(format!("encode {what}"));
        let error = refused(&steps, &text);
        steps.equal(what, &error, &NameError::TooLong);
    }
}

fn refused(steps: &Steps, text: &str) -> NameError {
    let mut message = Vec::new();
    let encoded = encode_name(text, &mut message);
    steps.refuses("what `encode_name` says", encoded)
}

pub fn a_query_is_exactly_these_bytes(steps: Steps) {
    let cases: [(u16, &str, RecordType, &[u8]); 4] = [
        (
            0x1234,
            "www.example.org",
            RecordType::A,
            b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\
              \x03www\x07example\x03org\x00\x00\x01\x00\x01\
              \x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00",
        ),
        (
            0xFE01,
            "a.b",
            RecordType::Aaaa,
            b"\xfe\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\
              \x01a\x01b\x00\x00\x1c\x00\x01\
              \x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00",
        ),
        (
            u16::MAX,
            "a",
            RecordType::Other(u16::MAX),
            b"\xff\xff\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\
              \x01a\x00\xff\xff\x00\x01\
              \x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00",
        ),
        (
            0,
            "",
            RecordType::Other(0x0102),
            b"\x00\x00\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\
              \x00\x01\x02\x00\x01\
              \x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00",
        ),
    ];
    for (id, text, kind, expected) in cases {
        steps.step(format!("ask for {kind} of {text:?}, id {id:#06x}"));
        let name = name(&steps, text);
        let query = encode_query(id, &Question { name, kind });
        steps.equal_bytes("the query", &query, expected);
    }
    let ends = b"\x00\x01\x00\x01\
                 \x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00";
    steps.step("ask for a name whose label has a dot and other bytes");
    let mut odd = Name::root();
    for label in [&b"a.b\\\xff\x00"[..], b"c"] {
        steps.succeeds("a label", odd.push_label(label));
    }
    let kind = RecordType::A;
    let query = encode_query(7, &Question { name: odd, kind });
    let asked = [
        b"\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01",
        &b"\x06a.b\\\xff\x00\x01c\x00"[..],
        ends,
    ];
    steps.equal_bytes("the query", &query, &asked.concat());
    for number in [0, 2, 5, 6, 12, 15, 16, 41, 65, 252, 255, 256] {
        let kind = RecordType::from(number);
        steps.step(format!("ask for type {number} of \"a\""));
        let name = name(&steps, "a");
        let query = encode_query(7, &Question { name, kind });
        let asked = [
            b"\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01",
            &b"\x01a\x00"[..],
            &u16::to_be_bytes(number),
            &ends[2..],
        ];
        steps.equal_bytes("the query", &query, &asked.concat());
    }
    steps.step("ask for the longest name, of 255 octets");
    let name = name(&steps, &longest());
    let query = encode_query(7, &Question { name, kind });
    steps.equal("bytes", &query.len(), &(12 + 255 + ends.len()));
    steps.equal_bytes("its end", &query[12 + 255..], ends);
}
