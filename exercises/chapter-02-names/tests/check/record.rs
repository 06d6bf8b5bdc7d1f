//! Records.

use std::net::{Ipv4Addr, Ipv6Addr};

use lab::memory::Mark;
use lab::size::KIB;
use lab::{Size, Steps};
use names::{NameError, Record, RecordData, read_record, read_records};

use crate::bad_names::{names_that_are_none, one_of_three_is_bad};
use crate::wire::{QUESTION, Wire, name};

/// The most memory that may be taken for records that are not
/// there.
const LITTLE: u64 = 4 * KIB;

/// A message with a question, and nothing after it yet.
pub fn message() -> Wire {
    Wire::answer([1, 1, 0]).question("www.example.org")
}

/// Reads the record at `at` and expects it, and what follows it.
fn expect(
    steps: &Steps,
    wire: &Wire,
    at: usize,
    data: RecordData,
    after: usize,
) {
    steps.step(format!("read a record at byte {at}: {data:?}"));
    let read = read_record(&wire.bytes, at);
    let (seen, next) = steps.succeeds("the record", read);
    let name = name(steps, "www.example.org");
    let expected = Record {
        name,
        ttl: 300,
        data,
    };
    steps.equal("the record", &seen, &expected);
    steps.equal("the offset of the next record", &next, &after);
}

/// Reads a record that needs the byte at `end`, which it has not.
fn expect_cut(
    steps: &Steps,
    what: &str,
    wire: &Wire,
    at: usize,
    end: usize,
) {
    steps.step(format!("read {what}"));
    let error = steps.refuses(what, read_record(&wire.bytes, at));
    steps.variant("the error", &error, &["Truncated"]);
    let expected = NameError::Truncated { at: end };
    steps.equal("where it is", &error, &expected);
}

pub fn a_record_tells_its_address_and_its_ttl(steps: Steps) {
    let wire = message();
    let at = wire.here();
    let wire = wire.a(QUESTION, 300, [192, 0, 2, 80]).raw(b"next");
    let address = Ipv4Addr::new(192, 0, 2, 80);
    let after = wire.here() - 4;
    expect(&steps, &wire, at, RecordData::A(address), after);

    let wire = message().name("www.example.org");
    let address = Ipv6Addr::new(0x2001, 0xdb8, 1, 2, 3, 4, 5, 0xff80);
    let wire = wire.fixed(28, 300, 16).raw(&address.octets());
    let after = wire.here();
    expect(&steps, &wire, at, RecordData::Aaaa(address), after);

    // The type says what it is, whatever the address means.
    for text in ["::ffff:192.0.2.1", "::192.0.2.1", "::", "::1"] {
        let address = text.parse::<Ipv6Addr>();
        let address = steps.succeeds(text, address);
        let wire = message().pointer(QUESTION);
        let wire = wire.fixed(28, 300, 16).raw(&address.octets());
        let after = wire.here();
        expect(&steps, &wire, at, RecordData::Aaaa(address), after);
    }
    for octets in [[0; 4], [127, 0, 0, 1], [255; 4]] {
        let wire = message().a(QUESTION, 300, octets);
        let data = RecordData::A(octets.into());
        expect(&steps, &wire, at, data, wire.here());
    }

    for (sent, ttl) in [
        (0, 0),
        (0x0102_0304, 0x0102_0304),
        (0x7FFF_FFFF, 0x7FFF_FFFF),
        // What `Fixed` says about the highest bit.
        (0x8000_0000, 0),
        (u32::MAX, 0),
    ] {
        steps.step(format!("read a record with a ttl of {sent}"));
        let wire = message().a(QUESTION, sent, [192, 0, 2, 1]);
        let read = read_record(&wire.bytes, at);
        let (record, _) = steps.succeeds("the record", read);
        steps.equal("its ttl", &record.ttl, &ttl);
    }
}

pub fn an_unknown_record_is_stepped_over(steps: Steps) {
    let wire = message();
    let at = wire.here();
    let wire = wire
        .a(QUESTION, 300, [192, 0, 2, 1])
        .pointer(QUESTION)
        .fixed(65280, 300, 5)
        .raw(b"\xc0\xff\xee\x40\x00")
        .pointer(QUESTION)
        .fixed(46, 300, 0)
        .a(QUESTION, 300, [192, 0, 2, 2])
        .raw(b"next");
    let after = wire.here() - 4;
    steps.step("read four records, of which two have unknown types");
    let read = read_records(&wire.bytes, at, 4);
    let (records, next) = steps.succeeds("the records", read);
    let data: Vec<RecordData> =
        records.into_iter().map(|record| record.data).collect();
    let expected = [
        RecordData::A(Ipv4Addr::new(192, 0, 2, 1)),
        RecordData::Other(65280),
        RecordData::Other(46),
        RecordData::A(Ipv4Addr::new(192, 0, 2, 2)),
    ];
    steps.equal("their data", data.as_slice(), expected.as_slice());
    steps.equal("the offset of what follows", &next, &after);

    // What is in the data of these is nobody's business here: a
    // name server, a mail exchange, EDNS, and types of the future.
    for kind in [0, 2, 12, 15, 16, 33, 41, 255, 256, 257, u16::MAX] {
        for (what, data) in [
            ("no data", &b""[..]),
            ("a name that isn't a name", b"\x40\x80"),
            ("a pointer forwards", b"\xff\xff"),
            ("a name without an end", b"\x3fabc"),
        ] {
            let wire = message().pointer(QUESTION);
            let wire = wire.fixed(kind, 300, data.len());
            let wire = wire.raw(data).raw(b"next");
            let after = wire.here() - 4;
            steps.step(format!("step over type {kind} with {what}"));
            let read = read_record(&wire.bytes, at);
            let (record, next) = steps.succeeds("the record", read);
            let expected = RecordData::Other(kind);
            steps.equal("its data", &record.data, &expected);
            steps.equal("the offset of the next record", &next, &after);
        }
    }
    steps.step("read a record of each of these types, twice");
    let kinds = [0, 2, 15, 41, 41, 46, 250, 255, u16::MAX];
    let mut wire = message();
    for kind in kinds.into_iter().chain(kinds) {
        wire = wire.raw(&[0]).fixed(kind, 0, 0);
    }
    let read = read_records(&wire.bytes, at, 2 * kinds.len() as u16);
    let (records, _) = steps.succeeds("the records", read);
    let seen: Vec<RecordData> =
        records.into_iter().map(|record| record.data).collect();
    let expected = kinds.into_iter().chain(kinds);
    let expected: Vec<RecordData> =
        expected.map(RecordData::Other).collect();
    steps.equal("their data", &seen, &expected);

    steps.step("step over an A record of another class, CHAOS");
    let wire = message().pointer(QUESTION).word(1).word(3);
    let wire = wire.number(300).word(2).raw(b"hi");
    let read = read_record(&wire.bytes, at);
    let (record, next) = steps.succeeds("the record", read);
    steps.equal("its data", &record.data, &RecordData::Other(0));
    steps.equal("the offset of what follows", &next, &wire.here());

    left_over(&steps, at);
    // As many as fit into the 65,535 bytes of a message over TCP:
    // each takes 11 bytes when its name is the root.
    for count in [300, 5900] {
        steps.step(format!("read {count} records"));
        let record = Wire::default().raw(&[0]).fixed(46, 300, 0);
        let records = record.bytes.repeat(count);
        let wire = message().raw(&records);
        let read = read_records(&wire.bytes, at, count as u16);
        let (records, next) = steps.succeeds("the records", read);
        steps.equal("records", &records.len(), &count);
        steps.equal("the offset of what follows", &next, &wire.here());
    }
}

/// Data with something left over may be refused. Where it is
/// taken, the next record begins where the length says.
fn left_over(steps: &Steps, at: usize) {
    let root = [0_u8; 2];
    let soa = [&root[..], &[0; 20]].concat();
    for (what, kind, data) in [
        ("A", 1, &[192, 0, 2, 1][..]),
        ("AAAA", 28, &[0x20; 16]),
        ("CNAME", 5, b"\x03web\xc0\x10"),
        ("CNAME", 5, b"\x03web\x00"),
        ("SOA", 6, &soa),
    ] {
        let wire = message().pointer(QUESTION);
        let wire = wire.fixed(kind, 300, data.len() + 2);
        let wire = wire.raw(data).raw(&[0, 0]);
        let wire = wire.a(QUESTION, 300, [192, 0, 2, 1]);
        steps.step(format!("read two bytes left over in {what} data"));
        if let Ok((_, next)) = read_record(&wire.bytes, at) {
            let after = wire.here() - 16;
            steps.equal("the offset of the next record", &next, &after);
        }
        steps.step(format!("read the record after that {what} data"));
        if let Ok((records, _)) = read_records(&wire.bytes, at, 2) {
            let last = records.into_iter().next_back();
            let last = last.map(|record| record.data);
            let address = Ipv4Addr::new(192, 0, 2, 1);
            let expected = Some(RecordData::A(address));
            steps.equal("its data", &last, &expected);
        }
    }
}

pub fn an_alias_may_point_into_the_message(steps: Steps) {
    let wire = message();
    let at = wire.here();
    let target = |text: &str| RecordData::Cname(name(&steps, text));

    // `web`, and then as the question: example.org is at 16.
    let short = wire.clone().pointer(QUESTION).fixed(5, 300, 6);
    let short = short.labels("web").pointer(QUESTION + 4).raw(b"next");
    let after = short.here() - 4;
    expect(&steps, &short, at, target("web.example.org"), after);

    let bare = wire.clone().pointer(QUESTION).fixed(5, 300, 2);
    let bare = bare.pointer(QUESTION + 4);
    expect(&steps, &bare, at, target("example.org"), bare.here());

    let whole = wire.pointer(QUESTION).fixed(5, 300, 9);
    let whole = whole.name("a.other").raw(b"next");
    let after = whole.here() - 4;
    expect(&steps, &whole, at, target("a.other"), after);
    names_that_are_none(&steps, at);
}

/// The data of the start of a zone, with these numbers.
fn soa(wire: Wire, numbers: [u32; 5]) -> Wire {
    let names = |wire: Wire| {
        wire.labels("ns")
            .pointer(QUESTION + 4)
            .labels("admin")
            .pointer(QUESTION + 4)
    };
    let length = names(Wire::default()).here() + 20;
    let wire = names(wire.pointer(QUESTION).fixed(6, 300, length));
    numbers.into_iter().fold(wire, Wire::number)
}

pub fn the_start_of_a_zone_tells_its_minimum(steps: Steps) {
    let at = message().here();
    for minimum in [60, 0x0102_0304] {
        let numbers = [2026, 7200, 900, 1_209_600, minimum];
        let wire = soa(message(), numbers).raw(b"next");
        let after = wire.here() - 4;
        let data = RecordData::Soa { minimum };
        expect(&steps, &wire, at, data, after);
    }
    // The shortest there is: both names are the root.
    let wire = message().pointer(QUESTION).fixed(6, 300, 22);
    let mut wire = wire.raw(&[0, 0]);
    for number in [2026, 7200, 900, 1_209_600, u32::MAX] {
        wire = wire.number(number);
    }
    let after = wire.here();
    let data = RecordData::Soa { minimum: u32::MAX };
    expect(&steps, &wire, at, data, after);
    // And names that are written whole.
    let wire = message().pointer(QUESTION).fixed(6, 300, 43);
    let mut wire = wire.name("ns.example").name("a.example");
    for number in [1, 2, 3, 4, 0] {
        wire = wire.number(number);
    }
    let after = wire.here();
    let wire = wire.raw(b"next");
    let data = RecordData::Soa { minimum: 0 };
    expect(&steps, &wire, at, data, after);
}

pub fn data_that_does_not_fit_is_refused(steps: Steps) {
    let at = message().here();
    let record = |kind: u16, length: usize, data: &[u8]| {
        let wire = message().pointer(QUESTION);
        wire.fixed(kind, 300, length).raw(data)
    };
    let long = record(65280, 200, &[1; 199]);
    let full = record(65280, 65535, &[1; 100]);
    for (what, wire) in [
        ("data that the message does not hold", long),
        ("a length of 65535", full),
        ("an address of 4 bytes, of which 3 are there", {
            record(1, 4, &[192, 0, 2])
        }),
    ] {
        let end = wire.here();
        expect_cut(&steps, what, &wire, at, end);
    }
    // Behind the data are more bytes, which are not the data's.
    let zeros = [0; 40];
    let soa_without_numbers = b"\x02ns\x00\x01a\x00";
    for (what, kind, data) in [
        ("an A record of 3 bytes", 1, &[192, 0, 2][..]),
        ("an A record without data", 1, &[]),
        ("an AAAA record of 15 bytes", 28, &[0x20; 15]),
        ("an AAAA record of 4 bytes", 28, &[192, 0, 2, 1]),
        ("an AAAA record without data", 28, &[]),
        ("an alias without data", 5, &[]),
        ("an alias that ends in a label", 5, b"\x03www"),
        ("an alias that ends in half a label", 5, b"\x03ww"),
        ("an SOA record without data", 6, &[]),
        ("an SOA record of one name", 6, b"\x02ns\x00"),
        ("an SOA record without numbers", 6, soa_without_numbers),
    ] {
        let wire = record(kind, data.len(), data);
        let end = wire.here();
        // The byte after the data goes on where it was cut.
        let rest: &[u8] = match data {
            b"\x03ww" => b"w\x00",
            _ => &[],
        };
        let wire = wire.raw(rest).raw(&zeros);
        expect_cut(&steps, what, &wire, at, end);
    }
    let half = record(5, 5, b"\x03www\xc0").raw(&[16]).raw(&zeros);
    let end = half.here() - 1 - zeros.len();
    expect_cut(&steps, "an alias with half a pointer", &half, at, end);
    let whole = soa(message(), [1, 2, 3, 4, 5]);
    let end = whole.here() - 1;
    let mut less = whole;
    less.bytes[at + 11] -= 1;
    expect_cut(
        &steps,
        "an SOA record without its last byte",
        &less,
        at,
        end,
    );
    let end = message().here();
    for at in [end, end + 1, 1 << 16, usize::MAX - 1, usize::MAX] {
        let what = format!("what is past the end, at byte {at}");
        expect_cut(&steps, &what, &message(), at, end);
    }
}

pub fn an_announced_count_reserves_nothing(steps: Steps) {
    let cases = [
        ("no record, 65535 announced", Wire::answer([0, u16::MAX, 0])),
        (
            "one record, 65535 announced",
            message().a(QUESTION, 300, [192, 0, 2, 1]),
        ),
    ];
    for (what, wire) in cases {
        steps.step(format!("read {what}"));
        let at = if wire.here() > 12 {
            message().here()
        } else {
            12
        };
        let mark = Mark::now();
        let read = read_records(&wire.bytes, at, u16::MAX);
        let peak = mark.peak();
        let error = steps.refuses(what, read);
        steps.variant("the error", &error, &["Truncated"]);
        let expected = NameError::Truncated { at: wire.here() };
        steps.equal("where it is", &error, &expected);
        let most = Size(LITTLE);
        steps.at_most("memory taken for records", Size(peak), most);
    }
    let end = message().here();
    for at in [end + 1, usize::MAX] {
        steps.step(format!("read one record past the end, at {at}"));
        let read = read_records(&message().bytes, at, 1);
        let error = steps.refuses("one record", read);
        let expected = NameError::Truncated { at: end };
        steps.equal("the error", &error, &expected);
    }
    one_of_three_is_bad(&steps);
    for at in [5, end] {
        steps.step(format!("read no record at {at}, none announced"));
        let read = read_records(&message().bytes, at, 0);
        let (records, next) = steps.succeeds("no record", read);
        steps.equal("records", &records.len(), &0);
        steps.equal("the offset", &next, &at);
    }
}
