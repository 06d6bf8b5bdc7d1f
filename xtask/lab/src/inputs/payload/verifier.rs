//! Verifies a payload while it arrives, without keeping it.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use super::{Payload, pattern};

/// The first thing that is wrong with bytes that arrived. All offsets are those
/// of the payload, counted from its first byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The bytes ended early, before `at`.
    Short {
        /// The first byte that did not arrive.
        at: u64,
    },
    /// More bytes arrived than were due.
    Long {
        /// Where the end was due.
        at: u64,
    },
    /// Bytes were left out.
    Missing {
        /// The first byte left out.
        from: u64,
        /// The byte that came in its place.
        until: u64,
    },
    /// Bytes that had come before came again.
    Again {
        /// The byte that was due.
        at: u64,
        /// The earlier byte that came in its place.
        from: u64,
    },
    /// Bytes arrived, but after bytes that belong behind them.
    Late {
        /// The first byte that came late.
        from: u64,
        /// The byte that came in its place.
        until: u64,
        /// They came only after the bytes before this offset.
        after: u64,
    },
    /// In a stamped payload: zeros where a coded page is due, so something was
    /// inserted or repeated within the MiB before it.
    NoStamp {
        /// Where the coded page is due.
        at: u64,
    },
    /// Bytes that are not of this payload.
    Foreign {
        /// The byte that was due.
        at: u64,
        /// What came in its place, at most 32 bytes.
        found: Vec<u8>,
    },
}

/// Takes the bytes of a payload in order and tells the first flaw.
#[derive(Clone, Debug)]
pub struct Verifier {
    payload: Payload,
    range: Range<u64>,
    received: u64,
    state: State,
    /// Where the bytes went on from another place than the one before.
    jumps: Vec<Jump>,
}

#[derive(Clone, Debug)]
enum State {
    /// All bytes so far belong somewhere; the next one is due from here.
    Following(u64),
    /// The byte due at `due` was another: collects what came instead.
    Astray { due: u64, found: Vec<u8> },
    /// What came is not of this payload; the rest is only counted.
    Foreign { due: u64, found: Vec<u8> },
}

#[derive(Clone, Copy, Debug)]
struct Jump {
    due: u64,
    found: u64,
}

/// What came instead is collected up to this many bytes.
const WINDOW: usize = 32;
/// After this many jumps the first one is explained as well as it ever will be.
const JUMPS: usize = 64;

impl Verifier {
    pub(super) fn new(payload: Payload, range: Range<u64>) -> Verifier {
        Verifier {
            state: State::Following(range.start),
            payload,
            range,
            received: 0,
            jumps: Vec::new(),
        }
    }

    /// Takes the next bytes.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let taken = match &mut self.state {
                State::Following(next) => {
                    let left = self.range.end.saturating_sub(*next);
                    let left = usize::try_from(left).unwrap_or(usize::MAX);
                    let due = &bytes[..bytes.len().min(left)];
                    let same = self.payload.matching(*next, due);
                    *next += same as u64;
                    if same < bytes.len() {
                        let (due, found) = (*next, Vec::with_capacity(WINDOW));
                        self.state = State::Astray { due, found };
                    }
                    same
                }
                State::Astray { due, found } => {
                    let length = bytes.len().min(WINDOW - found.len());
                    found.extend_from_slice(&bytes[..length]);
                    if found.len() == WINDOW {
                        let (due, found) = (*due, std::mem::take(found));
                        self.resume(due, found);
                    }
                    length
                }
                State::Foreign { .. } => bytes.len(),
            };
            self.received += taken as u64;
            bytes = &bytes[taken..];
        }
    }

    /// How many bytes came, right or wrong.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The first flaw so far; bytes that are still due are none.
    pub fn flaw(&self) -> Option<Flaw> {
        if let Some(first) = self.jumps.first() {
            return Some(self.explain(*first));
        }
        match &self.state {
            State::Following(_) => None,
            State::Astray { due, found } => Some(self.explain_end(*due, found)),
            State::Foreign { due, found } => Some(self.strange(*due, found)),
        }
    }

    /// Ends the verification: the number of bytes, or the first flaw.
    pub fn finish(self) -> Result<u64, Flaw> {
        if let Some(flaw) = self.flaw() {
            return Err(flaw);
        }
        match self.state {
            State::Following(next) if next < self.range.end => {
                Err(Flaw::Short { at: next })
            }
            _ => Ok(self.received),
        }
    }

    /// Enough came to know where it belongs, if anywhere.
    fn resume(&mut self, due: u64, found: Vec<u8>) {
        let place = self
            .locate(&found)
            .filter(|place| self.payload.matching(*place, &found) == found.len())
            .filter(|_| self.jumps.len() < JUMPS);
        match place {
            Some(place) => {
                self.jumps.push(Jump { due, found: place });
                self.state = State::Following(place + found.len() as u64);
            }
            None => self.state = State::Foreign { due, found },
        }
    }

    /// Where bytes belong, if they are of this payload.
    fn locate(&self, bytes: &[u8]) -> Option<u64> {
        pattern::locate(self.payload.key, bytes)
            .filter(|place| *place < self.payload.length)
    }

    fn explain(&self, first: Jump) -> Flaw {
        let Jump { due, found } = first;
        if due >= self.range.end {
            return Flaw::Long { at: due };
        }
        if found < due {
            return Flaw::Again {
                at: due,
                from: found,
            };
        }
        // A byte or two at a seam may be right by chance, so not exactly equal.
        let mut later = self.jumps.iter().skip(1);
        let late = later.find(|jump| jump.found.abs_diff(due) < 8);
        match late {
            Some(jump) => Flaw::Late {
                from: due,
                until: found,
                after: jump.due,
            },
            None => Flaw::Missing {
                from: due,
                until: found,
            },
        }
    }

    /// Explains bytes that ended before their place was certain.
    fn explain_end(&self, due: u64, found: &[u8]) -> Flaw {
        if due >= self.range.end {
            return Flaw::Long { at: due };
        }
        if let Some(place) = self.locate(found) {
            return self.explain(Jump { due, found: place });
        }
        // The last bytes of the payload, too early?
        let place = self.range.end - found.len() as u64;
        if place > due && self.payload.matching(place, found) == found.len() {
            return Flaw::Missing {
                from: due,
                until: place,
            };
        }
        self.strange(due, found)
    }

    fn strange(&self, at: u64, found: &[u8]) -> Flaw {
        if at >= self.range.end {
            return Flaw::Long { at };
        }
        let stamps = self.payload.coding() == super::Coding::Stamps;
        if stamps && found.iter().all(|byte| *byte == 0) {
            return Flaw::NoStamp { at };
        }
        Flaw::Foreign {
            at,
            found: found.to_vec(),
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::Short { at } => {
                write!(f, "the bytes end too early: byte {at} is missing")
            }
            Flaw::Long { at } => {
                write!(f, "there are more bytes after the end at {at}")
            }
            Flaw::Missing { from, until } => {
                let count = until - from;
                write!(f, "bytes {from}..{until} are missing ({count} bytes)")
            }
            Flaw::Again { at, from } => {
                write!(f, "at {at}, bytes from offset {from} appear again")
            }
            Flaw::Late { from, until, after } => {
                write!(f, "bytes {from}..{until} come late, after byte {after}")
            }
            Flaw::NoStamp { at } => {
                write!(f, "no coded page at {at}: something before it came twice")
            }
            Flaw::Foreign { at, found } => {
                let shown = found.escape_ascii();
                write!(f, "foreign bytes at {at}: \"{shown}\"")
            }
        }
    }
}

impl Error for Flaw {}

// `pattern::locate` must be able to do with what is collected.
const _: () = assert!(WINDOW >= pattern::EVIDENCE);
