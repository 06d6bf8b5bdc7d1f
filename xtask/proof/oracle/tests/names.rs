//! Chapter 2's decoder against hickory-proto's, on messages that are generated and
//! then damaged. A seed repeats them all; the budget is fixed.

use std::collections::BTreeMap;

use hickory_proto::op::Message as Theirs;
use hickory_proto::rr::{DNSClass, Name as TheirName, RData, Record as TheirRecord};
use hickory_proto::serialize::binary::DecodeError;
use lab::random::Random;
use names::{Message, Name, NameError, Record, RecordData, RecordType};

/// Messages of each kind.
const MESSAGES: usize = 100_000;
/// A type that means nothing to anybody.
const UNKNOWN: u16 = 65280;
/// The types that a generated record has.
const TYPES: [u16; 5] = [1, 5, 6, 28, UNKNOWN];

#[test]
fn whole_messages_are_read_alike() {
    let mut random = Random::new(1);
    for _ in 0..MESSAGES {
        let bytes = generated(&mut random);
        let ours = Message::read(&bytes);
        let theirs = Theirs::from_vec(&bytes);
        let (Ok(ours), Ok(theirs)) = (&ours, &theirs) else {
            panic!("{}: {ours:?}, {theirs:?}", bytes.escape_ascii());
        };
        same(&bytes, ours, theirs);
    }
}

#[test]
fn damaged_messages_are_read_alike_or_the_difference_has_a_reason() {
    let mut random = Random::new(2);
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..MESSAGES {
        let mut bytes = generated(&mut random);
        damage(&mut random, &mut bytes);
        let ours = Message::read(&bytes);
        let theirs = Theirs::from_vec(&bytes);
        let reason = match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => {
                same(&bytes, ours, theirs);
                "both read it"
            }
            (Err(_), Err(_)) => "both refuse it",
            (Ok(ours), Err(error)) => we_read(ours, error),
            (Err(error), Ok(theirs)) => we_refuse(error, theirs),
        };
        if reason.is_empty() {
            panic!("{}: {ours:?}, {theirs:?}", bytes.escape_ascii());
        }
        *reasons.entry(reason).or_default() += 1;
    }
    println!("{reasons:#?}");
    // Both ends of the comparison are there: neither decoder refuses everything.
    for reason in ["both read it", "both refuse it"] {
        assert!(reasons[reason] > MESSAGES / 10, "{reasons:?}");
    }
}

/// Why we read what hickory-proto refuses; empty where there is no reason.
fn we_read(ours: &Message, error: &DecodeError) -> &'static str {
    if ours.truncated {
        return "we read no records of a truncated message";
    }
    let mut records = ours.answers.iter().chain(&ours.authorities);
    let stepped_over =
        |data: &RecordData| matches!(data, RecordData::Other(kind) if *kind != UNKNOWN);
    if records.any(|record| stepped_over(&record.data)) {
        return "we step over the data of a type that it reads";
    }
    match error {
        DecodeError::LabelOverlapsWithOther { .. } => {
            "it refuses a piece of a name that runs into the piece that led to it"
        }
        DecodeError::IncorrectRDataLengthRead { .. } => {
            "it refuses data that is longer than its type needs"
        }
        DecodeError::InvalidEmptyRecord => "it refuses a record without data",
        _ => "",
    }
}

/// Why we refuse what hickory-proto reads; empty where there is no reason.
fn we_refuse(error: &NameError, theirs: &Theirs) -> &'static str {
    let is_answer = theirs.metadata.message_type
        == hickory_proto::op::MessageType::Response
        && theirs.metadata.op_code == hickory_proto::op::OpCode::Query;
    let one_question =
        theirs.queries.len() == 1 && theirs.queries[0].query_class == DNSClass::IN;
    match error {
        NameError::Exchange(_) if !is_answer => "we read answers to queries only",
        NameError::Exchange(_) if !one_question => {
            "we read answers to one question of class IN only"
        }
        _ => "",
    }
}

fn same(bytes: &[u8], ours: &Message, theirs: &Theirs) {
    let shown = bytes.escape_ascii();
    assert_eq!(ours.id, theirs.metadata.id, "{shown}");
    assert_eq!(ours.truncated, theirs.metadata.truncation, "{shown}");
    let code = theirs.metadata.response_code.low();
    assert_eq!(ours.code, code, "{shown}");
    let question = &theirs.queries[0];
    assert_eq!(ours.question.name, name(&question.name), "{shown}");
    let kind = RecordType::from(u16::from(question.query_type));
    assert_eq!(ours.question.kind, kind, "{shown}");
    if ours.truncated {
        return;
    }
    let answers: Vec<Record> = theirs.answers.iter().map(record).collect();
    assert_eq!(ours.answers, answers, "{shown}");
    let authorities: Vec<Record> = theirs.authorities.iter().map(record).collect();
    assert_eq!(ours.authorities, authorities, "{shown}");
}

/// Their record as ours.
fn record(theirs: &TheirRecord) -> Record {
    let data = match &theirs.data {
        _ if theirs.dns_class != DNSClass::IN => RecordData::Other(0),
        RData::A(address) => RecordData::A(address.0),
        RData::AAAA(address) => RecordData::Aaaa(address.0),
        RData::CNAME(target) => RecordData::Cname(name(&target.0)),
        RData::SOA(soa) => RecordData::Soa {
            minimum: soa.minimum,
        },
        other => RecordData::Other(other.record_type().into()),
    };
    Record {
        name: name(&theirs.name),
        ttl: if theirs.ttl >> 31 == 0 { theirs.ttl } else { 0 },
        data,
    }
}

/// Their name as ours.
fn name(theirs: &TheirName) -> Name {
    let mut name = Name::root();
    for label in theirs.iter() {
        name.push_label(label).expect("a label that was read");
    }
    name
}

/// A message in the making, and where names begin in it.
struct Maker<'a> {
    random: &'a mut Random,
    bytes: Vec<u8>,
    names: Vec<usize>,
}

/// An answer with a question and up to six records, its names compressed at random.
fn generated(random: &mut Random) -> Vec<u8> {
    let mut maker = Maker {
        random,
        bytes: Vec::new(),
        names: Vec::new(),
    };
    let (answers, authorities) = (maker.random.below(5), maker.random.below(3));
    let id = maker.random.number() as u16;
    let code = maker.random.below(6) as u16;
    for word in [id, 0x8180 | code, 1, answers as u16, authorities as u16, 0] {
        maker.word(word);
    }
    maker.name();
    let kind = maker.kind();
    maker.word(kind);
    maker.word(1);
    for _ in 0..answers + authorities {
        maker.record();
    }
    maker.bytes
}

impl Maker<'_> {
    fn word(&mut self, word: u16) {
        self.bytes.extend(word.to_be_bytes());
    }

    fn kind(&mut self) -> u16 {
        TYPES[self.random.below(TYPES.len())]
    }

    /// A few labels, and then the root or a pointer to a name before.
    fn name(&mut self) {
        let here = self.bytes.len();
        for _ in 0..self.random.below(4) {
            let length = 1 + self.random.below(6);
            self.bytes.push(length as u8);
            for _ in 0..length {
                let letter = b"abcXYZ019-"[self.random.below(10)];
                self.bytes.push(letter);
            }
        }
        if self.names.is_empty() || self.random.below(3) == 0 {
            self.bytes.push(0);
        } else {
            let target = self.names[self.random.below(self.names.len())];
            self.word(0xC000 | target as u16);
        }
        self.names.push(here);
    }

    fn record(&mut self) {
        self.name();
        let kind = self.kind();
        self.word(kind);
        self.word(1);
        let ttl = self.random.number() as u32 >> self.random.below(32);
        self.bytes.extend(ttl.to_be_bytes());
        self.word(0);
        let start = self.bytes.len();
        match kind {
            1 => self.fill(4),
            28 => self.fill(16),
            5 => self.name(),
            6 => {
                self.name();
                self.name();
                self.fill(20);
            }
            _ => {
                let length = 1 + self.random.below(20);
                self.fill(length);
            }
        }
        let length = (self.bytes.len() - start) as u16;
        self.bytes[start - 2..start].copy_from_slice(&length.to_be_bytes());
    }

    fn fill(&mut self, length: usize) {
        for _ in 0..length {
            self.bytes.push(self.random.number() as u8);
        }
    }
}

/// Changes a few bytes, and now and then the end. The count of additional records
/// stays 0: they are not read by us.
fn damage(random: &mut Random, bytes: &mut Vec<u8>) {
    for _ in 0..random.below(4) {
        let at = random.below(bytes.len());
        if at == 10 || at == 11 {
            continue;
        }
        bytes[at] = match random.below(6) {
            0 => 0xC0,
            1 => random.below(64) as u8,
            2 => bytes[at].wrapping_add(1),
            3 => bytes[at] ^ (1 << random.below(8)),
            4 => 0,
            _ => random.number() as u8,
        };
    }
    if random.below(8) == 0 {
        bytes.truncate(random.below(bytes.len()));
    }
}
