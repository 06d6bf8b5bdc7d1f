//! Verifies a payload as it arrives, without keeping it.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use super::{Payload, pattern};

/// The first mistake in the bytes that arrived. All offsets are counted from the first
/// byte of the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The bytes ended too early, before `at`.
    Short {
        /// The first byte that is missing.
        at: u64,
    },
    /// More bytes arrived than expected.
    Long {
        /// The offset at which the payload should have ended.
        at: u64,
    },
    /// Bytes are missing in the middle.
    Missing {
        /// The first missing byte.
        from: u64,
        /// The byte that arrived in its place.
        until: u64,
    },
    /// Bytes that had arrived before were repeated.
    Again {
        /// The byte that was expected.
        at: u64,
        /// The earlier byte that arrived in its place.
        from: u64,
    },
    /// Bytes arrived too late, after bytes that belong after them.
    Late {
        /// The first byte that arrived late.
        from: u64,
        /// The byte that arrived in its place.
        until: u64,
        /// They arrived only after the bytes before this offset.
        after: u64,
    },
    /// In a stamped payload, zeros arrived where a coded page was expected, so
    /// something was inserted or repeated within the MiB before it.
    NoStamp {
        /// The offset at which the coded page was expected.
        at: u64,
    },
    /// Bytes that don't belong to this payload.
    Foreign {
        /// The byte that was expected.
        at: u64,
        /// The bytes that arrived in its place, at most 32.
        found: Vec<u8>,
    },
}

/// Takes the bytes of a payload in order, and reports the first mistake.
#[derive(Clone, Debug)]
pub struct Verifier {
    payload: Payload,
    range: Range<u64>,
    received: u64,
    state: State,
    /// A point where the bytes continued from a different offset.
    jumps: Vec<Jump>,
}

#[derive(Clone, Debug)]
enum State {
    /// Every byte so far is accounted for, and the next one is expected at this
    /// position.
    Following(u64),
    /// The byte expected at `due` was a different one, so the bytes in its place are
    /// being collected.
    Astray { due: u64, found: Vec<u8> },
    /// The bytes don't belong to this payload, so the rest is only counted.
    Foreign { due: u64, found: Vec<u8> },
}

#[derive(Clone, Copy, Debug)]
struct Jump {
    due: u64,
    found: u64,
}

/// What came instead is collected up to this many bytes.
const WINDOW: usize = 32;
/// After this many jumps, more of them wouldn't help to explain the first one.
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

    /// Returns how many bytes have arrived, correct or not.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Returns the first mistake so far. Bytes that may still arrive aren't a mistake.
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

    /// Ends the verification, and returns the number of bytes, or the first mistake.
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

    /// Enough bytes have arrived to know where they belong, if anywhere.
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

    /// Returns where the bytes belong, if they belong to this payload.
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
        // A byte or two at a seam may be correct by chance, so this doesn't compare
        // exactly.
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

    /// Explains bytes that ended before it was certain where they belong.
    fn explain_end(&self, due: u64, found: &[u8]) -> Flaw {
        if due >= self.range.end {
            return Flaw::Long { at: due };
        }
        if let Some(place) = self.locate(found) {
            return self.explain(Jump { due, found: place });
        }
        // Perhaps the last bytes of the payload, but too early.
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

// `pattern::locate` must be able to work with the bytes that are collected.
const _: () = assert!(WINDOW >= pattern::EVIDENCE);
