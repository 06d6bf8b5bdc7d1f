//! What a message says about a question.

use std::net::IpAddr;

use crate::{Message, NameError, Question, RecordData};

/// The most aliases that are followed, one after the other.
const ALIASES: usize = 8;
/// The response code for a name that doesn't exist.
const NO_SUCH_NAME: u8 = 3;

/// The answer to a question for the addresses of a name. Each
/// kind holds for `ttl` seconds, and with 0 it isn't kept at all.
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
/// Records are looked up by their name, and never by their
/// position. If the name has addresses of the type that was asked
/// for, these are the answer as they are, however odd they look.
/// (`RecordData::kind` returns the type of a record.) Otherwise
/// an alias of that name leads to the next name. At most 8
/// aliases are followed, and more are the error `AliasLoop`, with
/// code 3 as well. The `ttl` is the smallest one of all records
/// on the way. A record of another type beside them doesn't
/// count.
///
/// If the way ends without an address, code 3 means that there is
/// no such name, and code 0 that it has no such data. (Code 3
/// together with an address contradicts itself, and no check asks
/// for it.) An `Soa` among the authorities says how long that
/// holds: the smaller of its own TTL and its minimum (RFC 2308,
/// section 5), and no longer than the aliases before it. Without
/// an `Soa` it is 0.
///
/// A name has one alias, and a zone has one `Soa`. If there are
/// several, it's up to you which of them counts.
///
/// # Errors
///
/// `Failed` for every code other than 0 and 3, because then
/// nothing is known. `AliasLoop`, as above.
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

/// Returns for how many seconds the message's "no" holds,
/// according to its authorities.
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

/// Returns the "no" that the message's code means.
fn no(message: &Message, ttl: u32) -> Answer {
    match message.code {
        NO_SUCH_NAME => Answer::NoSuchName { ttl },
        _ => Answer::NoData { ttl },
    }
}
