//! Parses a client's query, whose bytes may be anything.

use super::name::{Labels, name_in};

/// The length of a message's header.
pub(super) const HEADER: usize = 12;
/// The type of the EDNS record.
pub(super) const OPT: u16 = 41;
/// How many bytes a client accepts if it doesn't say.
const PLAIN_SIZE: u16 = 512;

/// A query that can be answered.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub(super) id: u16,
    pub(super) recursion_desired: bool,
    pub(super) name: Labels,
    pub(super) kind: u16,
    pub(super) class: u16,
    /// The question as it was asked: name, type and class.
    pub(super) question: Vec<u8>,
    /// The most bytes that the client accepts over UDP.
    pub(super) size: u16,
    /// Whether it has an EDNS record, in which case the answer has one, too.
    pub(super) edns: bool,
}

/// Why a query can't be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It isn't a query but an answer, or it's shorter than a header. It gets no reply.
    NoQuery,
    /// A malformed query, with its id and flags.
    Malformed { id: u16, flags: u16 },
    /// An operation other than a question.
    NotAQuestion { id: u16, flags: u16 },
}

/// Parses a query.
pub(super) fn read(message: &[u8]) -> Result<Query, Refused> {
    let word = |at: usize| number(message, at);
    let (Some(id), Some(flags)) = (word(0), word(2)) else {
        return Err(Refused::NoQuery);
    };
    if message.len() < HEADER || flags & 0x8000 != 0 {
        return Err(Refused::NoQuery);
    }
    if flags & 0x7800 != 0 {
        return Err(Refused::NotAQuestion { id, flags });
    }
    let malformed = Refused::Malformed { id, flags };
    let counts = [4, 6, 8, 10].map(|at| word(at).unwrap_or(0));
    if counts[..3] != [1, 0, 0] {
        return Err(malformed);
    }
    let (name, end) = name_in(message).ok_or(malformed)?;
    let (kind, class) = (word(end), word(end + 2));
    let (Some(kind), Some(class)) = (kind, class) else {
        return Err(malformed);
    };
    let edns = edns_size(message, end + 4, counts[3]).map_err(|()| malformed)?;
    Ok(Query {
        id,
        recursion_desired: flags & 0x0100 != 0,
        name,
        kind,
        class,
        question: message[HEADER..end + 4].to_vec(),
        size: edns.unwrap_or(PLAIN_SIZE).max(PLAIN_SIZE),
        edns: edns.is_some(),
    })
}

/// Returns the size in the EDNS record, if there is one among `count` records.
fn edns_size(message: &[u8], mut at: usize, count: u16) -> Result<Option<u16>, ()> {
    let mut size = None;
    for _ in 0..count {
        // The name of the EDNS record is the root, and a query needs no other record.
        if message.get(at) != Some(&0) {
            return Err(());
        }
        let kind = number(message, at + 1).ok_or(())?;
        let class = number(message, at + 3).ok_or(())?;
        let length = number(message, at + 9).ok_or(())?;
        at += 11 + usize::from(length);
        if at > message.len() {
            return Err(());
        }
        if kind == OPT {
            size = Some(class);
        }
    }
    Ok(size)
}

fn number(message: &[u8], at: usize) -> Option<u16> {
    let bytes = message.get(at..)?.first_chunk()?;
    Some(u16::from_be_bytes(*bytes))
}
