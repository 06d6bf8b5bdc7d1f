//! What a message says about the question.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use lab::Steps;
use names::{
    Answer, Message, NameError, Question, Record, RecordData,
    RecordType, find_answer,
};

use crate::maker::{Maker, chain, v4};
use crate::wire::name;

pub fn an_alias_chain_is_followed_within_a_bound(steps: Steps) {
    let make = Maker { steps };
    let web = make.a("web", 60, 80);
    let alias = make.alias("www", 60, "web");
    let other = make.a("other", 60, 66);
    let two = [make.a("www", 60, 1), make.a("www", 60, 2)];
    make.expect("two addresses", &two, (&[1, 2], 60));
    let [one, two] = two;
    let records = [two, make.a("www", 60, 9), one];
    make.expect("in message order", &records, (&[2, 9, 1], 60));
    let records = [alias.clone(), web.clone()];
    make.expect("an alias and its address", &records, (&[80], 60));
    let records = [web.clone(), alias.clone()];
    make.expect("the address before its alias", &records, (&[80], 60));
    let records = [other.clone(), make.a("www", 60, 1)];
    make.expect("another name's address first", &records, (&[1], 60));
    let unknown = RecordData::Other(46);
    let unknown = make.record("www", 60, unknown);
    let records = [unknown, make.a("www", 60, 1)];
    make.expect("an unknown record first", &records, (&[1], 60));
    for records in [
        [make.a("www", 60, 1), alias.clone(), web.clone()],
        [alias.clone(), make.a("www", 60, 1), web.clone()],
        [web.clone(), alias.clone(), make.a("www", 60, 1)],
    ] {
        let what = "an address beside an alias";
        make.expect(what, &records, (&[1], 60));
    }
    make.expect("eight aliases", &chain(&make, 8), (&[80], 60));
    let mut records = chain(&make, 8);
    records.reverse();
    make.expect("eight aliases, backwards", &records, (&[80], 60));

    // A name is whole: what stands below or above it is another.
    for other in ["a.www", "xwww", "www.a", "www.www", "ww", ""] {
        let records =
            [make.a(other, 60, 66), make.alias(other, 60, "www")];
        let mut records = records.to_vec();
        records.push(make.a("www", 60, 1));
        let what = format!("an address of {other:?}, another name");
        make.expect(&what, &records, (&[1], 60));
    }
    many_addresses(&make);
    any_address(&make);
    let steps = &make.steps;
    let ring = [
        make.alias("www", 60, "web"),
        make.alias("web", 60, "www"),
        other,
    ];
    let itself = [make.alias("www", 60, "www")];
    for (what, records) in [
        ("nine aliases", chain(&make, 9)),
        ("aliases in a ring", ring.to_vec()),
        ("an alias of itself", itself.to_vec()),
    ] {
        steps.step(format!("find www: {what}"));
        let found = make.find(0, RecordType::A, &records, &[]);
        let error = steps.refuses(what, found);
        steps.equal(what, &error, &NameError::AliasLoop);
        // Where the way does not end, there is no "no" either.
        steps.step(format!("find www: {what}, code 3"));
        let found = make.find(3, RecordType::A, &records, &[]);
        let error = steps.refuses(what, found);
        steps.equal(what, &error, &NameError::AliasLoop);
    }
    steps.step("find www: eight aliases to a name without address");
    let mut records = chain(&make, 8);
    records.pop();
    let found = make.find(0, RecordType::A, &records, &[]);
    steps.equal("the answer", &found, &Ok(none(0)));

    steps.step("find the AAAA of www, which has both");
    let address = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    let v6 = make.record("www", 60, RecordData::Aaaa(address));
    let records = [make.a("www", 60, 1), v6];
    let found = make.find(0, RecordType::Aaaa, &records, &[]);
    let expected = Answer::Addresses {
        addresses: vec![address.into()],
        ttl: 60,
    };
    steps.equal("the answer", &found, &Ok(expected));

    // Only the aliases on the way are counted.
    for (what, record) in [
        ("nine aliases of other names", make.a("www", 60, 1)),
        ("nine aliases beside an alias", make.alias("www", 60, "w9")),
    ] {
        steps.step(format!("find www: {what}"));
        let mut records: Vec<Record> = (0..9)
            .map(|index| {
                let (name, next) =
                    (format!("w{index}"), format!("w{}", index + 1));
                make.alias(&name, 60, &next)
            })
            .collect();
        records.push(make.a("w9", 60, 1));
        records.push(make.alias("ring", 60, "ring"));
        records.push(record);
        let found = make.find(0, RecordType::A, &records, &[]);
        let addresses = vec![v4(1)];
        let expected = Answer::Addresses { addresses, ttl: 60 };
        steps.equal(what, &found, &Ok(expected));
    }

    // The question is the one that was asked, whatever the message
    // repeats; `exchange` has compared the two.
    steps.step("find www in a message that repeats another question");
    let question = |text: &str, kind| Question {
        name: name(steps, text),
        kind,
    };
    let message = Message {
        id: 7,
        truncated: false,
        code: 0,
        question: question("other", RecordType::Aaaa),
        answers: vec![make.a("other", 60, 66), make.a("www", 60, 1)],
        authorities: Vec::new(),
    };
    let asked = question("www", RecordType::A);
    let found = find_answer(&message, &asked);
    let addresses = vec![v4(1)];
    let expected = Answer::Addresses { addresses, ttl: 60 };
    steps.equal("the answer", &found, &Ok(expected));

    steps.step("find www: an address among the authorities");
    let records = [make.a("www", 60, 1)];
    let found = make.find(0, RecordType::A, &[], &records);
    steps.equal("the answer", &found, &Ok(none(0)));
}

/// Nobody says how many addresses a name may have, and the root is a
/// name as well.
/// What an address is good for is not asked here.
fn any_address(make: &Maker) {
    let steps = &make.steps;
    for text in [
        "0.0.0.0",
        "127.0.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:192.0.2.1",
        "64:ff9b::192.0.2.1",
        "fe80::1",
        "ff02::1",
    ] {
        steps.step(format!("find www, which is {text}"));
        let address = steps.succeeds(text, text.parse::<IpAddr>());
        let (kind, data) = match address {
            IpAddr::V4(v4) => (RecordType::A, RecordData::A(v4)),
            IpAddr::V6(v6) => (RecordType::Aaaa, RecordData::Aaaa(v6)),
        };
        let records = [make.record("www", 60, data)];
        let found = make.find(0, kind, &records, &[]);
        let found = steps.succeeds("an answer", found);
        let addresses = vec![address];
        let expected = Answer::Addresses { addresses, ttl: 60 };
        steps.equal("the answer", &found, &expected);
    }
}

fn many_addresses(make: &Maker) {
    let steps = &make.steps;
    let address = |index: u32| Ipv4Addr::from_bits(0x0A00_0000 + index);
    for count in [16, 17, 64, 65, 255, 256, 257, 3000] {
        steps.step(format!("find www: {count} addresses"));
        let records: Vec<Record> = (0..count)
            .map(|i| make.record("www", 60, RecordData::A(address(i))))
            .collect();
        let found = make.find(0, RecordType::A, &records, &[]);
        let found = steps.succeeds("an answer", found);
        let addresses = match &found {
            Answer::Addresses { addresses, .. } => addresses.len(),
            _ => 0,
        };
        steps.equal("how many", &addresses, &records.len());
        let addresses = (0..count).map(|i| address(i).into()).collect();
        let expected = Answer::Addresses { addresses, ttl: 60 };
        steps.holds("they are in message order", found == expected);
    }
    steps.step("find the root, which has an address");
    let question = Question {
        name: name(steps, ""),
        kind: RecordType::A,
    };
    let message = Message {
        id: 7,
        truncated: false,
        code: 0,
        question: question.clone(),
        answers: vec![make.a("", 60, 1)],
        authorities: Vec::new(),
    };
    let found = find_answer(&message, &question);
    let addresses = vec![v4(1)];
    let expected = Answer::Addresses { addresses, ttl: 60 };
    steps.equal("the answer", &found, &Ok(expected));
}

pub fn the_least_ttl_of_the_chain_counts(steps: Steps) {
    let make = Maker { steps };
    let records = [make.alias("www", 300, "web"), make.a("web", 5, 80)];
    make.expect("300 s, then 5 s", &records, (&[80], 5));
    let records = [make.alias("www", 5, "web"), make.a("web", 300, 80)];
    make.expect("5 s, then 300 s", &records, (&[80], 5));
    let records = [
        make.alias("www", 300, "w1"),
        make.alias("w1", 7, "w2"),
        make.alias("w2", 900, "web"),
        make.a("web", 60, 80),
    ];
    make.expect("300, 7, 900 and 60 s", &records, (&[80], 7));
    let two = [make.a("www", 60, 1), make.a("www", 10, 2)];
    make.expect("addresses of 60 and 10 s", &two, (&[1, 2], 10));
    let records = [make.a("other", 1, 66), make.a("www", 60, 1)];
    make.expect("another name's 1 s", &records, (&[1], 60));
    // What did not lead to the address does not count.
    let v6 = RecordData::Aaaa(Ipv6Addr::LOCALHOST);
    for (what, beside) in [
        ("an AAAA of 1 s beside it", make.record("www", 1, v6)),
        ("an alias of 1 s beside it", make.alias("www", 1, "web")),
        ("an unknown type of 1 s beside it", {
            make.record("www", 1, RecordData::Other(46))
        }),
        ("another name's alias of 1 s", make.alias("web", 1, "www")),
    ] {
        let records = [beside.clone(), make.a("www", 60, 1)];
        make.expect(what, &records, (&[1], 60));
        let records = [make.a("www", 60, 1), beside];
        make.expect(what, &records, (&[1], 60));
    }
    let records = [
        make.alias("www", 300, "web"),
        make.record("web", 1, RecordData::Other(46)),
        make.a("web", 60, 80),
        make.a("web", 20, 81),
        make.a("web", 90, 82),
    ];
    let what = "an alias of 300 s, three of 60, 20 and 90 s";
    make.expect(what, &records, (&[80, 81, 82], 20));
    let records = [make.alias("www", 60, "web"), make.a("web", 0, 80)];
    make.expect("60 s, then 0 s", &records, (&[80], 0));
    let records = [make.alias("www", 0, "web"), make.a("web", 60, 80)];
    make.expect("zero, then 60 s", &records, (&[80], 0));
    let records = [
        make.alias("www", 60, "w1"),
        make.alias("w1", 0, "web"),
        make.a("web", 60, 80),
    ];
    make.expect("60 s, zero, 60 s", &records, (&[80], 0));
    let long = 0x7FFF_FFFF;
    make.expect("68 years", &[make.a("www", long, 1)], (&[1], long));

    let steps = &make.steps;
    steps.step("find www: 60 s, with an SOA of 1 s");
    let soa = [make.soa(1, 1)];
    let records = [make.a("www", 60, 1)];
    let found = make.find(0, RecordType::A, &records, &soa);
    let addresses = vec![v4(1)];
    let expected = Answer::Addresses { addresses, ttl: 60 };
    steps.equal("the answer", &found, &Ok(expected));
}

pub fn no_such_name_no_data_and_failure_differ(steps: Steps) {
    let make = Maker { steps };
    let steps = &make.steps;
    let alias = make.alias("www", 30, "web");
    let other = make.a("other", 60, 66);
    let none_here: &[Record] = &[];
    let lasting = [make.soa(300, 60)];
    let passing = [make.soa(60, 300)];
    let second = [other.clone(), make.soa(60, 10)];
    let day = [make.soa(86_400, 86_400)];
    let ages = [make.soa(0x7FFF_FFFF, u32::MAX)];
    let never = [make.soa(0, 300)];
    let unheld = [make.soa(300, 0)];
    let v6 = RecordData::Aaaa(Ipv6Addr::LOCALHOST);
    let v6_only = [alias.clone(), make.record("web", 1, v6)];
    let long = [make.alias("www", 900, "web")];
    let two = [
        make.alias("www", 300, "web"),
        make.alias("web", 20, "other.web"),
        other.clone(),
    ];
    let (alias, other) = ([alias], [other]);
    for (what, code, answers, authorities, expected) in [
        ("code 3, SOA 300, 60", 3, none_here, &lasting[..], no(60)),
        ("code 3, SOA 60, 300", 3, none_here, &passing, no(60)),
        ("code 3, no SOA", 3, none_here, none_here, no(0)),
        ("code 0, SOA 300, 60", 0, none_here, &lasting, none(60)),
        ("code 0, no SOA", 0, none_here, none_here, none(0)),
        ("code 0, another name", 0, &other, &lasting, none(60)),
        ("code 0, SOA in 2nd place", 0, none_here, &second, none(10)),
        ("an alias of 30 s, code 3", 3, &alias, &lasting, no(30)),
        ("an alias of 30 s, code 0", 0, &alias, &lasting, none(30)),
        ("an alias of 900 s, code 3", 3, &long, &lasting, no(60)),
        ("an alias of 30 s, no SOA", 3, &alias, none_here, no(0)),
        ("aliases of 300 and 20 s", 3, &two, &lasting, no(20)),
        ("code 3, SOA of a day", 3, none_here, &day, no(86_400)),
        ("code 0, SOA of a day", 0, none_here, &day, none(86_400)),
        (
            "code 3, SOA of 68 years",
            3,
            none_here,
            &ages,
            no(0x7FFF_FFFF),
        ),
        ("code 3, SOA 0, 300", 3, none_here, &never, no(0)),
        ("code 3, SOA 300, 0", 3, none_here, &unheld, no(0)),
        ("an SOA among the answers", 0, &lasting, none_here, none(0)),
        ("an alias to an AAAA", 0, &v6_only, &lasting, none(30)),
    ] {
        steps.step(format!("find www: {what}"));
        let found =
            make.find(code, RecordType::A, answers, authorities);
        let found = steps.succeeds(what, found);
        steps.equal(what, &found, &expected);
    }
    let address = [make.a("www", 60, 1)];
    let itself = [make.alias("www", 60, "www")];
    let failures = [1, 2].into_iter().chain(4..=u8::MAX);
    let failures = failures.map(|code| (code, none_here));
    for (code, answers) in
        failures.chain([(2, &address[..]), (5, &itself[..])])
    {
        steps.step(format!("find www: code {code}"));
        let found = make.find(code, RecordType::A, answers, &[]);
        let error = steps.refuses(format!("code {code}"), found);
        steps.equal("the error", &error, &NameError::Failed(code));
    }
}

fn no(ttl: u32) -> Answer {
    Answer::NoSuchName { ttl }
}

fn none(ttl: u32) -> Answer {
    Answer::NoData { ttl }
}
