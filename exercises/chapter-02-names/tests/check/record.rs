//! Records.

use std::net::{Ipv4Addr, Ipv6Addr};

use lab::memory::Mark;
use lab::size::KIB;
use lab::{Size, Steps};
use names::{Record, RecordData, read_record, read_records};

use crate::wire::{QUESTION, Wire, name};

/// The most memory that may be taken for records that are not
/// there.
const LITTLE: u64 = 4 * KIB;

/// A message with a question, and nothing after it yet.
fn message() -> Wire {
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

fn expect_cut(steps: &Steps, what: &str, wire: &Wire, at: usize) {
    steps.step(format!("read {what}"));
    let error = steps.refuses(what, read_record(&wire.bytes, at));
    steps.variant("the error", &error, &["Truncated"]);
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

    for (sent, ttl) in [(0, 0), (0x7FFF_FFFF, 0x7FFF_FFFF)] {
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

    steps.step("read an address that is longer than four bytes");
    let wire = message().pointer(QUESTION).fixed(1, 300, 6);
    let wire = wire.raw(&[192, 0, 2, 1, 0, 0]).raw(b"next");
    // Refusing such a record is right as well.
    if let Ok((_, next)) = read_record(&wire.bytes, at) {
        let after = wire.here() - 4;
        steps.equal("the offset of the next record", &next, &after);
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
}

pub fn data_that_does_not_fit_is_refused(steps: Steps) {
    let at = message().here();
    let record = |kind: u16, length: usize, data: &[u8]| {
        let wire = message().pointer(QUESTION);
        wire.fixed(kind, 300, length).raw(data)
    };
    // Behind the data are more bytes, which are not the data's.
    let long = record(65280, 200, &[1; 199]);
    expect_cut(
        &steps,
        "data that the message does not hold",
        &long,
        at,
    );
    let full = record(65280, 65535, &[1; 100]);
    expect_cut(&steps, "a length of 65535", &full, at);
    let short = record(1, 3, &[192, 0, 2, 1, 0, 0, 0, 0]);
    expect_cut(&steps, "an A record of 3 bytes", &short, at);
    let empty = record(1, 0, &[192, 0, 2, 1]);
    expect_cut(&steps, "an A record without data", &empty, at);
    let half = record(28, 4, &[0; 32]);
    expect_cut(&steps, "an AAAA record of 4 bytes", &half, at);
    let alias = record(5, 3, b"\x03www\x00");
    expect_cut(&steps, "an alias that ends in a label", &alias, at);
    let whole = soa(message(), [1, 2, 3, 4, 5]);
    let mut less = whole.clone();
    less.bytes[at + 11] -= 1;
    expect_cut(
        &steps,
        "an SOA record without its last byte",
        &less,
        at,
    );
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
        let most = Size(LITTLE);
        steps.at_most("memory taken for records", Size(peak), most);
    }
    steps.step("read no record, none announced");
    let read = read_records(&message().bytes, 5, 0);
    let (records, next) = steps.succeeds("no record", read);
    steps.equal("records", &records.len(), &0);
    steps.equal("the offset", &next, &5);
}
