//! What a message says about the question.

use std::iter::successors;
use std::net::IpAddr;

use crate::*;

/// The most aliases that are followed, one after the other.
const ALIASES: usize = 8;
/// The response code of a name that does not exist.
const NO_SUCH_NAME: u8 = 3;

/// An answer to the question for the addresses of a name. Each
/// holds for `ttl` seconds; 0 is not to be kept at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The name has these addresses, at least one.
    Addresses {
        /// In the order of the message.
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
/// there are addresses of the type asked for under the name
/// (`RecordData::kind` tells the type), they are the answer. Otherwise an alias under that name leads
/// to the next name, at most 8 times: more is `AliasLoop`. The
/// `ttl` is the least of all records on the way.
///
/// Where the way ends without an address, code 3 means that
/// there is no such name, and code 0 that it has no such data.
/// An `Soa` among the authorities says how long that holds: the
/// lesser of its own ttl and its minimum (RFC 2308, section 5),
/// and no longer than the aliases before it. Without one it is
/// 0.
///
/// Every code but 0 and 3 is `Failed`: nothing is known then.
pub fn find_answer(
    message: &Message,
    question: &Question,
) -> Result<Answer, NameError> {
    if !matches!(message.code, 0 | NO_SUCH_NAME) {
        return Err(NameError::Failed(message.code));
    }
    // Each name on the way, and the least ttl up to it.
    let way = successors(Some((&question.name, u32::MAX)), |(name, ttl)| {
        let (next, holds) = alias(message, name)?;
        Some((next, holds.min(*ttl)))
    });
    let mut least = u32::MAX;
    for (aliases, (name, ttl)) in way.enumerate() {
        if aliases > ALIASES {
            return Err(NameError::AliasLoop);
        }
        let found = under(message, name).filter(|record| record.data.kind() == question.kind);
        let (addresses, ttls): (Vec<IpAddr>, Vec<u32>) = found
            .filter_map(|record| Some((record.data.address()?, record.ttl)))
            .unzip();
        if let Some(shortest) = ttls.into_iter().min() {
            return Ok(Answer::Addresses { addresses, ttl: shortest.min(ttl) });
        }
        least = ttl;
    }
    Ok(no(message, least.min(held(message))))
}

/// The answers about `name`.
fn under<'a>(
    message: &'a Message,
    name: &'a Name,
) -> impl Iterator<Item = &'a Record> {
    message.answers.iter().filter(move |record| record.name == *name)
}

/// Whose alias `name` is, and for how long.
fn alias<'a>(message: &'a Message, name: &'a Name) -> Option<(&'a Name, u32)> {
    under(message, name).find_map(|record| match &record.data {
        RecordData::Cname(target) => Some((target, record.ttl)),
        _ => None,
    })
}

/// For how long the message's "no" holds, by its authorities.
fn held(message: &Message) -> u32 {
    let soas = message.authorities.iter().filter_map(|record| match record.data {
        RecordData::Soa { minimum } => Some(minimum.min(record.ttl)),
        _ => None,
    });
    soas.min().unwrap_or(0)
}

/// The "no" that the message's code means.
fn no(message: &Message, ttl: u32) -> Answer {
    match message.code {
        NO_SUCH_NAME => Answer::NoSuchName { ttl },
        _ => Answer::NoData { ttl },
    }
}
