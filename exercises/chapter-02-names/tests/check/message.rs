//! Whole messages, also from strangers.

use lab::memory::Mark;
use lab::random::Random;
use lab::size::KIB;
use lab::{Size, Steps};
use names::{
    Message, Name, NameError, RecordData, read_name, read_record,
};

use crate::wire::{QUESTION, Wire, name};

/// How many messages are made wrong.
const MESSAGES: usize = 20_000;
/// The most memory that a message of less than 200 bytes may
/// take.
const ENOUGH: u64 = 64 * KIB;

/// www.example.org is an alias of web.example.org, which has an
/// address; and who is responsible.
fn whole() -> Wire {
    let wire = Wire::answer([1, 2, 1]).question("www.example.org");
    let wire = wire.pointer(QUESTION).fixed(5, 300, 6);
    let web = wire.here();
    let wire = wire.labels("web").pointer(QUESTION + 4);
    let wire = wire.a(web, 60, [192, 0, 2, 80]);
    let wire = wire.pointer(QUESTION + 4).fixed(6, 300, 26);
    let wire = wire.labels("ns").pointer(QUESTION + 4).raw(&[0]);
    [1, 2, 3, 4, 60].into_iter().fold(wire, Wire::number)
}

pub fn every_truncated_message_is_an_error_and_no_panic(steps: Steps) {
    let whole = whole();
    steps.step("read a whole message");
    let read = Message::read(&whole.bytes);
    let message = steps.succeeds("the message", read);
    let web = name(&steps, "web.example.org");
    steps.equal("answers", &message.answers.len(), &2);
    let alias = &message.answers[0].data;
    steps.equal("the alias", alias, &RecordData::Cname(web));
    steps.equal("authorities", &message.authorities.len(), &1);

    for end in 0..whole.here() {
        let cut = &whole.bytes[..end];
        steps.step(format!("read its first {end} bytes"));
        let error = steps.refuses("cut", Message::read(cut));
        steps.variant("the error", &error, &["Truncated"]);
        let expected = NameError::Truncated { at: end };
        steps.equal("where it is", &error, &expected);
    }
    for end in [0, 1, 20, 60] {
        let cut = &whole.bytes[..end];
        for at in 0..whole.here() + 3 {
            // Some of them are names and records, by accident.
            steps.step(format!("begin at byte {at} of {end}"));
            let (name, record) = (
                read_name(cut, at).is_ok(),
                read_record(cut, at).is_ok(),
            );
            steps.holds("past the end is nothing", !name || at < end);
            steps.holds("past the end is nothing", !record || at < end);
        }
    }
}

pub fn any_bytes_are_read_or_refused(steps: Steps) {
    // The data of an unknown record is stepped over, so nobody
    // looks at the pointer in it, until a name leads there.
    let wire = Wire::answer([1, 2, 0]).question("a");
    let wire = wire.pointer(QUESTION).fixed(65280, 0, 2);
    let data = wire.here();
    let wire = wire.pointer(data).pointer(data).word(1).word(1);
    let length = wire.here();
    steps.step(format!("read a pointer loop of {length} bytes"));
    let read = Message::read(&wire.bytes);
    let error = steps.refuses("the loop", read);
    steps.equal("the loop", &error, &NameError::Pointer { at: data });

    let whole = whole().bytes;
    let mut random = Random::new(2026);
    steps.step(format!("read {MESSAGES} messages with wrong bytes"));
    let mut refused = 0;
    let mark = Mark::now();
    for _ in 0..MESSAGES {
        let mut bytes = whole.clone();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            // Half of the time a byte that means something.
            bytes[at] = match random.below(8) {
                0 => 0xC0,
                1 => 0x0C,
                2 => 0xFF,
                3 => 0,
                _ => random.below(256) as u8,
            };
        }
        bytes.truncate(random.below(2 * whole.len()).max(1));
        refused += usize::from(Message::read(&bytes).is_err());
    }
    let most = mark.peak();
    steps.at_most("memory for one message", Size(most), Size(ENOUGH));
    steps.at_least("refused messages", refused, MESSAGES / 4);
    steps.at_least("read messages", MESSAGES - refused, MESSAGES / 100);
}

pub fn names_compare_without_case(steps: Steps) {
    steps.step("make WWW.Example.ORG of labels");
    let mut loud = Name::root();
    for label in ["WWW", "Example", "ORG"] {
        let pushed = loud.push_label(label.as_bytes());
        steps.succeeds(label, pushed);
    }
    let quiet = name(&steps, "www.example.org");
    steps.equal("the name", &loud, &quiet);

    steps.step(
        "read an answer that repeats the question in other letters",
    );
    let wire = Wire::answer([1, 1, 0]).question("wWw.eXAMPLE.oRg");
    let wire = wire.name("WWW.EXAMPLE.ORG").fixed(1, 60, 4);
    let wire = wire.raw(&[192, 0, 2, 80]);
    let read = Message::read(&wire.bytes);
    let message = steps.succeeds("the message", read);
    steps.equal("the question", &message.question.name, &quiet);
    let [record] = message.answers.as_slice() else {
        steps.fail("one record", format!("{:?}", message.answers));
    };
    steps.equal("the record's name", &record.name, &quiet);
}
