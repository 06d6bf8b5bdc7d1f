//! Records with names that are none.

use lab::Steps;
use names::{read_record, read_records};

use crate::record::message;
use crate::wire::QUESTION;

/// What isn't a name is an error, wherever it stands in a record.
pub fn names_that_are_none(steps: &Steps, at: usize) {
    let label = [&[63][..], &[b'a'; 63]].concat();
    let long = [label.repeat(4), vec![0]].concat();
    let numbers = [0; 20];
    for (what, bad, kind) in [
        ("a byte of 0x40", &b"\x40x\x00"[..], "Label"),
        ("a label and 0x80", b"\x01a\x80\x00", "Label"),
        ("a pointer forwards", b"\xff\xff", "Pointer"),
        (
            "a label and a pointer forwards",
            b"\x01a\xff\xff",
            "Pointer",
        ),
        ("more than 255 octets", &long, "TooLong"),
    ] {
        let soa_first = [bad, &[0], &numbers].concat();
        let soa_second = [&[0], bad, &numbers].concat();
        for (place, kind_of, data) in [
            ("an alias", 5, bad),
            ("an SOA record, in its first name", 6, &soa_first),
            ("an SOA record, in its second name", 6, &soa_second),
        ] {
            let wire = message().pointer(QUESTION);
            let wire = wire.fixed(kind_of, 300, data.len()).raw(data);
            let what = format!("{place}: {what} isn't a name");
            steps.step(format!("read {what}"));
            let read = read_record(&wire.bytes, at);
            let error = steps.refuses(what, read);
            steps.variant("the error", &error, &[kind]);
        }
        let wire = message().raw(bad).fixed(1, 300, 4).raw(&[9; 4]);
        let what = format!("a record whose own name is none: {what}");
        steps.step(format!("read {what}"));
        let error = steps.refuses(what, read_record(&wire.bytes, at));
        steps.variant("the error", &error, &[kind]);
    }
}

/// One bad record spoils them all, wherever it stands.
pub fn one_of_three_is_bad(steps: &Steps) {
    let at = message().here();
    let label = [&[63][..], &[b'a'; 63]].concat();
    let long = [label.repeat(4), vec![0]].concat();
    for (bad, kind) in [
        (&b"\x40x\x00"[..], "Label"),
        (b"\x01a\xff\xff", "Pointer"),
        (b"\x03www", "Truncated"),
        (&long, "TooLong"),
    ] {
        one_of_three(steps, at, bad, kind);
    }
}

fn one_of_three(steps: &Steps, at: usize, bad: &[u8], kind: &str) {
    for place in 1..=3 {
        let mut wire = message();
        for number in 1..=3 {
            wire = wire.pointer(QUESTION);
            wire = if number == place {
                wire.fixed(5, 300, bad.len()).raw(bad)
            } else {
                wire.fixed(1, 300, 4).raw(&[9; 4])
            };
        }
        let what = format!("three records, of which {place} is bad");
        steps.step(format!("read {what}"));
        let error =
            steps.refuses(what, read_records(&wire.bytes, at, 3));
        steps.variant("the error", &error, &[kind]);
    }
}
