//! Finds the answer to a question in a message.

use std::net::IpAddr;

use crate::{Message, NameError, Question, RecordData};

/// The most aliases that are followed for one question.
const ALIASES: usize = 8;
/// The response code for a name that doesn't exist.
const NO_SUCH_NAME: u8 = 3;

/// The answer to a question for the addresses of a name. Each kind of
/// answer is valid for `ttl` seconds; an answer with a TTL of 0 isn't
/// cached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The name has these addresses, at least one.
    Addresses {
        /// In the order of the message. If the message has an address
        /// twice, you may list it once or twice.
        addresses: Vec<IpAddr>,
        /// The smallest TTL of all the records that led here, in
        /// seconds.
        ttl: u32,
    },
    /// The name doesn't exist, with records of any type.
    NoSuchName {
        /// For how many seconds this answer is valid.
        ttl: u32,
    },
    /// The name exists, but has no record of this type.
    NoData {
        /// For how many seconds this answer is valid.
        ttl: u32,
    },
}

/// Finds the answer to `question`, which asks for `A` or `AAAA`.
///
/// Look records up by their name, never by their position. If the name
/// has addresses of the type that was asked for, those addresses are
/// the answer, unchanged, however odd they look. (`RecordData::kind`
/// returns the type of a record.) Otherwise an alias of that name leads
/// to the next name. At most 8 aliases are followed; more than 8 are
/// the error `AliasLoop`, even if the code is 3. The `ttl` is the
/// smallest TTL of all records on the way. The TTLs of other records in
/// the message don't matter.
///
/// If the last name has no such address, the code decides: 3 means that
/// the name doesn't exist, and 0 that it exists but has no such record.
/// (Code 3 together with an address contradicts itself, and no check
/// asks for it.) The TTL of such an answer comes from an `Soa` among
/// the authorities: it's the smaller of the `Soa`'s own TTL and its
/// minimum (RFC 2308, section 5), but no longer than the TTLs of the
/// aliases before it. Without an `Soa`, it's 0.
///
/// A name should have one alias, and a zone one `Soa`. If there are
/// several, it's up to you which of them you use.
///
/// # Errors
///
/// `Failed` for every code other than 0 and 3, because such a message
/// says nothing about the name. `AliasLoop` for more than 8 aliases.
pub fn find_answer(
    message: &Message,
    question: &Question,
) -> Result<Answer, NameError> {
    todo!("chapter 2: find {question:?} in {message:?}")
}

/// Returns how many seconds a negative answer in this message stays
/// valid, according to the `Soa` in its authority section.
fn held(message: &Message) -> u32 {
    todo!("chapter 2: for how long does {message:?} say no?")
}

/// Returns the negative answer that the message's code stands for.
fn no(message: &Message, ttl: u32) -> Answer {
    match message.code {
        NO_SUCH_NAME => Answer::NoSuchName { ttl },
        _ => Answer::NoData { ttl },
    }
}
