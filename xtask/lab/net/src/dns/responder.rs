//! Turns a query into replies, without a network.

use std::collections::BTreeMap;

use super::fault::Fault;
use super::name::{Labels, shown};
use super::query::{self, HEADER, Query, Refused};
use super::reply::{self, Named, Reply, Said, Sender};
use super::zone::{CNAME, Entry, Piece, Zone};

/// The largest answer over TCP.
const TCP_SIZE: usize = u16::MAX as usize;
/// The type in a question for records of every type.
const ANY: u16 = 255;
/// The class of the internet.
const IN: u16 = 1;
/// The response code for a name that does not exist.
const NO_SUCH_NAME: u8 = 3;
/// The response code for queries that the server doesn't answer.
const REFUSED: u8 = 5;
/// The address in forged answers, from a block for documentation.
const LIE: [u8; 4] = [203, 0, 113, 66];

/// How a query came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// In a datagram.
    Udp,
    /// In a stream, after its length.
    Tcp,
}

/// A query that has arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// How.
    pub transport: Transport,
    /// All of its bytes, without the length that precedes it over TCP.
    pub bytes: Vec<u8>,
    /// When it arrived, on Tokio's clock.
    pub at: tokio::time::Instant,
}

impl Seen {
    /// The name that was asked for, with a dot at the end.
    pub fn name(&self) -> String {
        let name = super::name_in(&self.bytes);
        name.map_or_else(|| "?".to_owned(), |(labels, _)| shown(&labels))
    }

    /// Returns the id of the query, or 0 if it has none.
    pub fn id(&self) -> u16 {
        let id = self.bytes.first_chunk().copied();
        u16::from_be_bytes(id.unwrap_or_default())
    }
}

/// Answers queries from a zone, with its faults. Any bytes are answered or ignored,
/// without a panic.
#[derive(Debug)]
pub struct Responder {
    zone: Zone,
    /// How many queries over UDP have arrived for each name since its last answer.
    asked: BTreeMap<Labels, usize>,
    /// Answers that wait for the next query.
    late: Vec<Reply>,
}

impl Responder {
    /// Answers from `zone`.
    pub fn new(zone: Zone) -> Responder {
        Responder {
            zone,
            asked: BTreeMap::new(),
            late: Vec::new(),
        }
    }

    /// Returns the replies to a message, in the order in which they're sent. There are
    /// none if the message was lost or wasn't a query.
    pub fn respond(&mut self, message: &[u8], transport: Transport) -> Vec<Reply> {
        let query = match query::read(message) {
            Ok(query) => query,
            Err(Refused::NoQuery) => return Vec::new(),
            Err(Refused::Malformed { id, flags }) => {
                return vec![by_server(reply::refusal(id, flags, 1))];
            }
            Err(Refused::NotAQuestion { id, flags }) => {
                return vec![by_server(reply::refusal(id, flags, 4))];
            }
        };
        let faults = self.zone.faults(&query.name).to_vec();
        let answer = self.answer(&query, &faults, transport);
        if transport == Transport::Tcp {
            let doubled = faults.contains(&Fault::Doubled);
            let second = doubled.then(|| by_server(lie(&query, Fault::WrongQuestion)));
            return [by_server(answer)].into_iter().chain(second).collect();
        }
        let asked = self.asked.entry(query.name.clone()).or_default();
        *asked += 1;
        let asked = *asked;
        let mut replies = std::mem::take(&mut self.late);
        let mut own = Vec::new();
        for fault in &faults {
            let sender = match fault {
                Fault::Lost(count) if asked <= *count => return replies,
                Fault::WrongId | Fault::WrongQuestion => Sender::Server,
                Fault::ForgedAddress => Sender::OtherAddress,
                Fault::ForgedPort => Sender::OtherPort,
                _ => continue,
            };
            let bytes = lie(&query, *fault);
            own.push(Reply { sender, bytes });
        }
        own.push(by_server(answer));
        let is_late =
            |fault: &Fault| matches!(fault, Fault::Late(count) if asked <= *count);
        if faults.iter().any(is_late) {
            self.late = own;
        } else {
            // After an answer, the count starts again.
            self.asked.remove(&query.name);
            replies.extend(own);
        }
        replies
    }

    /// Returns in chunks of how many bytes the answers to this query are sent over TCP.
    /// `None` means in one write.
    pub fn pieces(&self, message: &[u8]) -> Option<usize> {
        let (name, _) = super::name_in(message)?;
        let faults = self.zone.faults(&name).iter();
        faults
            .filter_map(|fault| match fault {
                Fault::Pieces(size) => Some(*size),
                _ => None,
            })
            .next()
    }

    /// Returns the true answer, as far as the faults allow.
    fn answer(&self, query: &Query, faults: &[Fault], transport: Transport) -> Vec<u8> {
        let limit = match transport {
            Transport::Tcp => TCP_SIZE,
            // The header and the question always fit.
            Transport::Udp if faults.contains(&Fault::Truncated) => 0,
            Transport::Udp => query.size.into(),
        };
        let mut said = self.say(query);
        let mut query = query.clone();
        for fault in faults {
            match fault {
                Fault::Code(code) => {
                    let code = *code;
                    said = Said {
                        code,
                        ..Said::default()
                    };
                }
                Fault::MixedCase => mix_case(&mut query.question),
                _ => {}
            }
        }
        let mut bytes = reply::write(&query, &said, limit);
        for fault in faults {
            match fault {
                Fault::PointerLoop => {
                    loop_at(&mut bytes, HEADER + query.question.len())
                }
                Fault::Cut(length) => bytes.truncate(*length),
                _ => {}
            }
        }
        bytes
    }

    /// Returns what the zone knows.
    fn say<'a>(&'a self, query: &'a Query) -> Said<'a> {
        let mut said = Said::default();
        if query.class != IN || self.zone.start(&query.name).is_none() {
            said.code = REFUSED;
            return said;
        }
        let mut name = &query.name;
        // A ring of aliases ends where it closes.
        while said.answers.iter().all(|(seen, _)| *seen != name) {
            let entries = self.zone.at(name).iter();
            let wanted = |kind: u16| query.kind == ANY || kind == query.kind;
            let named = entries.clone().map(|entry| (name, entry));
            let found: Vec<Named<'_>> =
                named.filter(|(_, entry)| wanted(entry.kind)).collect();
            if !found.is_empty() {
                said.answers.extend(found);
                return said;
            }
            let Some(alias) = entries.clone().find(|entry| entry.kind == CNAME) else {
                break;
            };
            said.answers.push((name, alias));
            if let [Piece::Name(target)] = alias.data.as_slice() {
                name = target;
            }
        }
        let start = self.zone.start(name);
        // Nothing is known about names in other zones, not even that they don't exist.
        if start.is_some() && !self.zone.exists(name) {
            said.code = NO_SUCH_NAME;
        }
        said.authorities.extend(start);
        said
    }
}

fn by_server(bytes: Vec<u8>) -> Reply {
    let sender = Sender::Server;
    Reply { sender, bytes }
}

/// Returns a forged answer that is correct in everything except what `fault` changes.
fn lie(query: &Query, fault: Fault) -> Vec<u8> {
    let mut query = query.clone();
    let entry = Entry {
        ttl: 86_400,
        kind: 1,
        data: vec![Piece::Bytes(LIE.to_vec())],
    };
    match fault {
        Fault::WrongId => query.id = query.id.wrapping_add(1),
        Fault::WrongQuestion => {
            query.name = vec![b"bank".to_vec(), b"example".to_vec()];
            query.question = b"\x04bank\x07example\x00\x00\x01\x00\x01".to_vec();
        }
        _ => {}
    }
    let said = Said {
        answers: vec![(&query.name, &entry)],
        ..Said::default()
    };
    reply::write(&query, &said, TCP_SIZE)
}

/// Changes every second letter of the question's name to upper case.
fn mix_case(question: &mut [u8]) {
    let end = question.len().saturating_sub(4);
    for byte in question[..end].iter_mut().step_by(2) {
        // Length bytes are below 64, so none of them is a letter.
        byte.make_ascii_uppercase();
    }
}

/// Makes a compression loop: a pointer to itself at `at`, where the name of the first
/// record begins.
fn loop_at(bytes: &mut [u8], at: usize) {
    let pointer = 0xC000 | u16::try_from(at).unwrap_or(0);
    if let Some(place) = bytes.get_mut(at..at + 2) {
        place.copy_from_slice(&pointer.to_be_bytes());
    }
}
