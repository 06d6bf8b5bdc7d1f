//! What a message says about the question.

use std::net::IpAddr;

use crate::*;

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
/// they are the answer; `RecordData::kind` tells the type.
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
    if message.code != 0 && message.code != NO_SUCH_NAME {
        return Err(NameError::Failed(message.code));
    }
    let mut name = question.name.clone();
    let mut ttls = Vec::new();
    let mut aliases = 0;
    loop {
        let here: Vec<&Record> = message
            .answers
            .iter()
            .filter(|record| record.name == name)
            .collect();
        let mut addresses: Vec<IpAddr> = Vec::new();
        for record in &here {
            match (&record.data, question.kind) {
                (RecordData::A(_), RecordType::A)
                | (RecordData::Aaaa(_), RecordType::Aaaa) => {
                    ttls.push(record.ttl);
                    let address = record.data.address();
                    if !addresses.iter().any(|old| Some(*old) == address) {
                        addresses.extend(address);
                    }
                }
                _ => {}
            }
        }
        if !addresses.is_empty() {
            let ttl = ttls.into_iter().min().unwrap_or(0);
            return Ok(Answer::Addresses { addresses, ttl });
        }
        let alias = here.iter().rev().find_map(|record| {
            let RecordData::Cname(target) = &record.data else {
                return None;
            };
            Some((target.clone(), record.ttl))
        });
        let Some((target, ttl)) = alias else {
            ttls.push(held(message));
            let ttl = ttls.into_iter().min().unwrap_or(0);
            return Ok(no(message, ttl));
        };
        aliases += 1;
        if aliases > ALIASES {
            return Err(NameError::AliasLoop);
        }
        ttls.push(ttl);
        name = target;
    }
    // ANCHOR_END: cut-find_answer
}

/// For how long the message's "no" holds, by its authorities.
fn held(message: &Message) -> u32 {
    //? todo!("chapter 2: for how long does {message:?} say no?")
    // ANCHOR: cut-held
    let mut least = None;
    for record in &message.authorities {
        if let RecordData::Soa { minimum } = record.data {
            let ttl = minimum.min(record.ttl);
            least = Some(least.map_or(ttl, |old: u32| old.min(ttl)));
        }
    }
    least.unwrap_or_default()
    // ANCHOR_END: cut-held
}

/// The "no" that the message's code means.
fn no(message: &Message, ttl: u32) -> Answer {
    match message.code {
        NO_SUCH_NAME => Answer::NoSuchName { ttl },
        _ => Answer::NoData { ttl },
    }
}
