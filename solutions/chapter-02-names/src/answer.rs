//! What a message says about the question.

use std::net::IpAddr;

use crate::{Message, NameError, Question, RecordData};

/// The most aliases that are followed, one after the other.
const ALIASES: usize = 8;
/// The response code of a name that does not exist.
const NO_SUCH_NAME: u8 = 3;

/// An answer to the question for the addresses of a name. Each
/// kind holds for `ttl` seconds; 0 is not to be kept at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The name has these addresses, at least one.
    Addresses {
        /// In the order of the message. Whether an address that
        /// stands there twice is listed twice is up to you.
        addresses: Vec<IpAddr>,
        /// The least of all records that led here.
        ttl: u32,
    },
    /// There is no such name, with records of any type.
    NoSuchName {
        /// How long that may be believed.
        ttl: u32,
    },
    /// The name exists, but has no record of this type.
    NoData {
        /// How long that may be believed.
        ttl: u32,
    },
}

/// Finds the answer to `question`, which asks for `A` or `AAAA`.
///
/// Records are searched by their name, never by their place. If
/// there are addresses of the type asked for under the name,
/// they are the answer as they stand there, however odd they
/// look; `RecordData::kind` says which type a record has.
/// Otherwise an alias under that name leads to the next name, at
/// most 8 times: more is `AliasLoop`, with code 3 as well. The
/// `ttl` is the least of all records on the way; a record of
/// another type beside them does not count.
///
/// Where the way ends without an address, code 3 means that
/// there is no such name, and code 0 that it has no such data.
/// (Code 3 together with an address contradicts itself, and no
/// check asks for it.)
/// An `Soa` among the authorities says how long that holds: the
/// lesser of its own ttl and its minimum (RFC 2308, section 5),
/// and no longer than the aliases before it. Without one it is
/// 0.
///
/// A name has one alias and a zone one `Soa`: which of several
/// counts is up to you.
///
/// Every code but 0 and 3 is `Failed`: nothing is known then.
pub fn find_answer(
    message: &Message,
    question: &Question,
) -> Result<Answer, NameError> {
    //? todo!("chapter 2: find {question:?} in {message:?}")
    // ANCHOR: cut-find_answer
    if ![0, NO_SUCH_NAME].contains(&message.code) {
        return Err(NameError::Failed(message.code));
    }
    let (mut name, mut ttl) = (&question.name, u32::MAX);
    for _ in 0..=ALIASES {
        let (mut addresses, mut alias) = (Vec::new(), None);
        let answers = message.answers.iter();
        for record in answers.filter(|record| record.name == *name) {
            if let RecordData::Cname(target) = &record.data {
                alias = Some((target, ttl.min(record.ttl)));
            } else if record.data.kind() == question.kind {
                addresses.extend(record.data.address());
                ttl = ttl.min(record.ttl);
            }
        }
        match alias {
            _ if !addresses.is_empty() => {
                return Ok(Answer::Addresses { addresses, ttl });
            }
            Some(next) => (name, ttl) = next,
            None => return Ok(no(message, ttl.min(held(message)))),
        }
    }
    Err(NameError::AliasLoop)
    // ANCHOR_END: cut-find_answer
}

/// For how long the message's "no" holds, by its authorities.
fn held(message: &Message) -> u32 {
    //? todo!("chapter 2: for how long does {message:?} say no?")
    // ANCHOR: cut-held
    let mut known = message.authorities.iter();
    let soa = known.find_map(|record| match record.data {
        RecordData::Soa { minimum } => Some(minimum.min(record.ttl)),
        _ => None,
    });
    soa.unwrap_or(0)
    // ANCHOR_END: cut-held
}

/// The "no" that the message's code means.
fn no(message: &Message, ttl: u32) -> Answer {
    match message.code {
        NO_SUCH_NAME => Answer::NoSuchName { ttl },
        _ => Answer::NoData { ttl },
    }
}
