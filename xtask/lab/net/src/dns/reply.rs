//! Writes an answer as bytes.

use super::name::Labels;
use super::query::{OPT, Query};
use super::zone::{Entry, Piece};

/// The size that the server's EDNS record says it accepts over UDP.
const OUR_SIZE: u16 = 1232;
/// The largest offset that a pointer can have.
const REACH: usize = 0x3FFF;

/// Who sends a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The server that was asked.
    Server,
    /// Somebody with the server's port on another address.
    OtherAddress,
    /// Somebody with the server's address on another port.
    OtherPort,
}

/// A message on its way to the client.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Who sends it. Over TCP it is the server.
    pub sender: Sender,
    /// The message, without the length that TCP puts before it.
    pub bytes: Vec<u8>,
}

/// A record with its name.
pub(super) type Named<'a> = (&'a Labels, &'a Entry);

/// The contents of an answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Said<'a> {
    pub(super) code: u8,
    pub(super) answers: Vec<Named<'a>>,
    pub(super) authorities: Vec<Named<'a>>,
}

/// Writes the answer to `query`, of at most `limit` bytes: a longer one is
/// truncated to its question.
pub(super) fn write(query: &Query, said: &Said<'_>, limit: usize) -> Vec<u8> {
    let whole = Writer::message(query, said, false);
    if whole.len() <= limit {
        return whole;
    }
    let code = said.code;
    let nothing = Said {
        code,
        ..Said::default()
    };
    Writer::message(query, &nothing, true)
}

/// Writes the reply to a query that couldn't be parsed.
pub(super) fn refusal(id: u16, flags: u16, code: u16) -> Vec<u8> {
    // The bit of an answer and, from the query's flags, the operation and whether
    // recursion is desired.
    let flags = 0x8000 | flags & 0x7900 | code;
    let mut bytes = Vec::new();
    for word in [id, flags, 0, 0, 0, 0] {
        bytes.extend(word.to_be_bytes());
    }
    bytes
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    /// Finds where a name, or the end of one, has been written already.
    places: Vec<(Labels, usize)>,
}

impl Writer {
    fn message(query: &Query, said: &Said<'_>, truncated: bool) -> Vec<u8> {
        let mut writer = Writer::default();
        let mut flags = 0x8080 | u16::from(said.code);
        flags |= if query.recursion_desired { 0x0100 } else { 0 };
        flags |= if truncated { 0x0200 } else { 0 };
        writer.word(query.id);
        writer.word(flags);
        writer.word(1);
        for count in [said.answers.len(), said.authorities.len()] {
            writer.word(u16::try_from(count).unwrap_or(u16::MAX));
        }
        writer.word(query.edns.into());
        // In exactly the letters of the query, by which clients recognize it.
        writer.remember(&query.name);
        writer.bytes.extend(&query.question);
        for (name, entry) in said.answers.iter().chain(&said.authorities) {
            writer.record(name, entry);
        }
        if query.edns {
            writer.bytes.push(0);
            for word in [OPT, OUR_SIZE, 0, 0, 0] {
                writer.word(word);
            }
        }
        writer.bytes
    }

    fn record(&mut self, name: &Labels, entry: &Entry) {
        self.name(name);
        self.word(entry.kind);
        self.word(1);
        self.bytes.extend(entry.ttl.to_be_bytes());
        self.word(0);
        let start = self.bytes.len();
        for piece in &entry.data {
            match piece {
                Piece::Name(name) => self.name(name),
                Piece::Bytes(bytes) => self.bytes.extend(bytes),
            }
        }
        let length = u16::try_from(self.bytes.len() - start).unwrap_or(u16::MAX);
        self.bytes[start - 2..start].copy_from_slice(&length.to_be_bytes());
    }

    /// Writes a name, or only the part of it that hasn't been written yet.
    fn name(&mut self, name: &Labels) {
        let mut fresh = Vec::new();
        for (index, label) in name.iter().enumerate() {
            let rest = &name[index..];
            let known = self.places.iter().find(|(known, _)| known == rest);
            if let Some((_, place)) = known {
                // Every offset is within reach of a pointer, so it fits.
                self.word(0xC000 | u16::try_from(*place).unwrap_or(0));
                self.places.extend(fresh);
                return;
            }
            fresh.extend(place(rest, self.bytes.len()));
            self.bytes.push(u8::try_from(label.len()).unwrap_or(0));
            self.bytes.extend(label);
        }
        self.bytes.push(0);
        self.places.extend(fresh);
    }

    /// Records the position of a name that is about to be written in full.
    fn remember(&mut self, name: &Labels) {
        let mut at = self.bytes.len();
        for (index, label) in name.iter().enumerate() {
            self.places.extend(place(&name[index..], at));
            at += 1 + label.len();
        }
    }

    fn word(&mut self, word: u16) {
        self.bytes.extend(word.to_be_bytes());
    }
}

fn place(name: &[Vec<u8>], at: usize) -> Option<(Labels, usize)> {
    (at <= REACH).then(|| (name.to_vec(), at))
}
