//! A message: what both sides of a question send (RFC 1035, section 4).
//!
//! We provide this file: it only puts the RFC's tables of masks and
//! numbers into code.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::query::IN;
use crate::{Name, NameError, read_name, read_records};

/// The header's length in bytes.
const HEADER: usize = 12;
/// The bits of the header's second word that say that a message is an
/// answer (1) to a standard query (four times 0). The other bits of the
/// word aren't in this mask.
const KIND_BITS: u16 = 0b1111_1000_0000_0000;
const ANSWER: u16 = 0b1000_0000_0000_0000;
/// The bit of the same word that says that the message didn't fit.
const TRUNCATED: u16 = 0b0000_0010_0000_0000;
/// The bits of the same word that hold the response code.
const CODE_BITS: u16 = 0b0000_0000_0000_1111;

/// The type of a record, or the type that a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordType {
    /// An IPv4 address: 1.
    A,
    /// An IPv6 address: 28 (RFC 3596).
    Aaaa,
    /// An alias, whose data is another name: 5.
    Cname,
    /// The start of a zone, which says how long a negative answer is
    /// valid: 6.
    Soa,
    /// Any other type. Holds its number.
    Other(u16),
}

/// The question that a message asks. Its class is always the
/// internet's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// The name that it asks about.
    pub name: Name,
    /// The type of record that it asks for.
    pub kind: RecordType,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordData {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// The name is an alias of this one.
    Cname(Name),
    /// The part of a start of a zone that a stub resolver needs.
    Soa {
        /// How long a negative answer may be kept, in seconds (RFC
        /// 2308).
        minimum: u32,
    },
    /// A record of a type that isn't read here. Holds its number.
    Other(u16),
}

/// A record: what is known about a name, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The name that the record is about.
    pub name: Name,
    /// How long it may be kept, in seconds; 0 means not at all.
    pub ttl: u32,
    /// The data, which depends on the type.
    pub data: RecordData,
}

/// An answer as a server sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The id of the question.
    pub id: u16,
    /// The message didn't fit, so ask again over TCP. The records of
    /// such a message aren't read.
    pub truncated: bool,
    /// The response code; 0 is success.
    pub code: u8,
    /// The question, repeated.
    pub question: Question,
    /// The records that answer the question.
    pub answers: Vec<Record>,
    /// The records about the servers that are responsible. In a
    /// negative answer, they say how long it's valid.
    pub authorities: Vec<Record>,
}

/// The ten bytes between a record's name and its data (RFC 1035,
/// section 4.1.3).
#[derive(Debug, Clone, Copy)]
pub struct Fixed {
    /// The number of the type. A record whose class isn't the
    /// internet's gets 0, which isn't the number of any type.
    pub kind: u16,
    /// In seconds. A number above 31 bits counts as 0 (RFC 2181,
    /// section 8).
    pub ttl: u32,
    /// How many octets the data has.
    pub length: usize,
}

impl Message {
    /// Reads an answer.
    ///
    /// `message` may hold any bytes: the result is an answer or an
    /// error, never a panic. A message that isn't the answer to exactly
    /// one question of the internet's class is an error, too.
    pub fn read(message: &[u8]) -> Result<Self, NameError> {
        let header: [u8; HEADER] = bytes_at(message, 0)?;
        let word = |index: usize| {
            let at = 2 * index;
            u16::from_be_bytes([header[at], header[at + 1]])
        };
        let flags = word(1);
        if flags & KIND_BITS != ANSWER {
            return Err(refused("the message isn't an answer"));
        }
        if word(2) != 1 {
            return Err(refused(
                "the answer doesn't repeat the question",
            ));
        }
        let (question, at) = Question::read(message, HEADER)?;
        let truncated = flags & TRUNCATED != 0;
        // A truncated message may end in the middle of a record.
        let counts = if truncated {
            [0, 0]
        } else {
            [word(3), word(4)]
        };
        let (answers, at) = read_records(message, at, counts[0])?;
        let (authorities, _) = read_records(message, at, counts[1])?;
        Ok(Self {
            id: word(0),
            truncated,
            code: (flags & CODE_BITS) as u8,
            question,
            answers,
            authorities,
        })
    }
}

impl Question {
    /// Reads the question at `at`. Returns it and the offset after it.
    fn read(
        message: &[u8],
        at: usize,
    ) -> Result<(Self, usize), NameError> {
        let (name, at) = read_name(message, at)?;
        let kind = u16::from_be_bytes(bytes_at(message, at)?);
        let class = u16::from_be_bytes(bytes_at(message, at + 2)?);
        if class != IN {
            return Err(refused("the question is not of class IN"));
        }
        let kind = RecordType::from(kind);
        Ok((Self { name, kind }, at + 4))
    }
}

impl Fixed {
    /// Reads the ten bytes at `at`. Returns them and the offset of the
    /// data.
    pub fn read(
        message: &[u8],
        at: usize,
    ) -> Result<(Self, usize), NameError> {
        let class = u16::from_be_bytes(bytes_at(message, at + 2)?);
        let kind = u16::from_be_bytes(bytes_at(message, at)?);
        let ttl = u32::from_be_bytes(bytes_at(message, at + 4)?);
        let length = u16::from_be_bytes(bytes_at(message, at + 8)?);
        let fixed = Self {
            kind: if class == IN { kind } else { 0 },
            ttl: if ttl >> 31 == 0 { ttl } else { 0 },
            length: usize::from(length),
        };
        Ok((fixed, at + 10))
    }
}

impl RecordData {
    /// Returns the address if the record holds one.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::A(address) => Some((*address).into()),
            Self::Aaaa(address) => Some((*address).into()),
            _ => None,
        }
    }

    /// Returns the type of the record.
    pub(crate) fn kind(&self) -> RecordType {
        match self {
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::Aaaa,
            Self::Cname(_) => RecordType::Cname,
            Self::Soa { .. } => RecordType::Soa,
            Self::Other(number) => RecordType::Other(*number),
        }
    }
}

/// Returns `N` bytes of the message, for `u16::from_be_bytes` and the
/// like: numbers are sent with their most significant byte first.
///
/// # Errors
///
/// `Truncated` if there are fewer than `N`.
pub fn bytes_at<const N: usize>(
    message: &[u8],
    at: usize,
) -> Result<[u8; N], NameError> {
    message
        .get(at..)
        .and_then(|rest| rest.first_chunk())
        .copied()
        .ok_or(NameError::Truncated { at: message.len() })
}

impl From<u16> for RecordType {
    fn from(number: u16) -> Self {
        match number {
            1 => Self::A,
            5 => Self::Cname,
            6 => Self::Soa,
            28 => Self::Aaaa,
            other => Self::Other(other),
        }
    }
}

impl From<RecordType> for u16 {
    fn from(kind: RecordType) -> Self {
        match kind {
            RecordType::A => 1,
            RecordType::Cname => 5,
            RecordType::Soa => 6,
            RecordType::Aaaa => 28,
            RecordType::Other(number) => number,
        }
    }
}

impl fmt::Display for RecordType {
    /// Writes the type as `dig` does; `TYPE257` for a type that has no
    /// name here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A => f.pad("A"),
            Self::Aaaa => f.pad("AAAA"),
            Self::Cname => f.pad("CNAME"),
            Self::Soa => f.pad("SOA"),
            Self::Other(number) => f.pad(&format!("TYPE{number}")),
        }
    }
}

fn refused(what: &str) -> NameError {
    NameError::Exchange(what.to_owned())
}
