//! Messages whose records are written short.

use std::net::{IpAddr, Ipv4Addr};

use lab::Steps;
use names::{
    Answer, Message, NameError, Question, Record, RecordData,
    RecordType, find_answer,
};

use crate::wire::name;

/// Makes messages with records that are written short.
pub struct Maker {
    pub steps: Steps,
}

impl Maker {
    pub fn a(&self, about: &str, ttl: u32, last: u8) -> Record {
        let address = Ipv4Addr::new(192, 0, 2, last);
        self.record(about, ttl, RecordData::A(address))
    }

    pub fn alias(&self, about: &str, ttl: u32, target: &str) -> Record {
        let target = name(&self.steps, target);
        self.record(about, ttl, RecordData::Cname(target))
    }

    pub fn soa(&self, ttl: u32, minimum: u32) -> Record {
        self.record("example", ttl, RecordData::Soa { minimum })
    }

    pub fn record(
        &self,
        about: &str,
        ttl: u32,
        data: RecordData,
    ) -> Record {
        let name = name(&self.steps, about);
        Record { name, ttl, data }
    }

    /// Asks the message with these records for `kind` of `www`.
    pub fn find(
        &self,
        code: u8,
        kind: RecordType,
        answers: &[Record],
        authorities: &[Record],
    ) -> Result<Answer, NameError> {
        let name = name(&self.steps, "www");
        let question = Question { name, kind };
        let message = Message {
            id: 7,
            truncated: false,
            code,
            question: question.clone(),
            answers: answers.to_vec(),
            authorities: authorities.to_vec(),
        };
        find_answer(&message, &question)
    }

    /// Finds `www` in these answers, and expects it to be there.
    pub fn expect(
        &self,
        what: &str,
        answers: &[Record],
        (last, ttl): (&[u8], u32),
    ) {
        self.steps.step(format!("find www: {what}"));
        let found = self.find(0, RecordType::A, answers, &[]);
        let found = self.steps.succeeds("an answer", found);
        let addresses = last.iter().map(|last| v4(*last)).collect();
        let expected = Answer::Addresses { addresses, ttl };
        self.steps.equal(what, &found, &expected);
    }
}

pub fn v4(last: u8) -> IpAddr {
    Ipv4Addr::new(192, 0, 2, last).into()
}

/// So many aliases from www to www1, www2, … and an address at the
/// end.
pub fn chain(make: &Maker, length: usize) -> Vec<Record> {
    let label = |index: usize| match index {
        0 => "www".to_owned(),
        index => format!("www{index}"),
    };
    let mut records: Vec<Record> = (0..length)
        .map(|index| make.alias(&label(index), 60, &label(index + 1)))
        .collect();
    records.push(make.a(&label(length), 60, 80));
    records
}
