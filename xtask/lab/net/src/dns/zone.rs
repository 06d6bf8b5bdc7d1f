//! The records of the server: a small zone file.
//!
//! ```text
//! ; name            ttl  type  data
//! example.org.      300  SOA   ns.example.org. admin.example.org. 1 2 3 4 60
//! web.example.org.   60  A     192.0.2.80
//! web.example.org.   60  TYPE65280 0a0b0c
//! lost.example.org.  60  A     192.0.2.81
//! lost.example.org.  !   lost 1
//! ```
//!
//! Names are written in full, but the dot at their end may be left out. The data of
//! `TYPE` and a number is in hexadecimal digits. A `!` gives the name a fault.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::fault::Fault;
use super::name::{Labels, labels};

/// The number of a type that the server looks at.
pub(super) const CNAME: u16 = 5;
/// The same of the start of a zone.
pub(super) const SOA: u16 = 6;

/// Records and faults by name.
#[derive(Clone, Debug, Default)]
pub struct Zone {
    records: BTreeMap<Labels, Vec<Entry>>,
    faults: BTreeMap<Labels, Vec<Fault>>,
}

/// A record without its name.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) ttl: u32,
    pub(super) kind: u16,
    pub(super) data: Vec<Piece>,
}

/// A piece of a record's data. Names are separate pieces, because they may be
/// compressed.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Name(Labels),
    Bytes(Vec<u8>),
}

/// A line that can't be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneError {
    /// Its number, counted from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
}

impl Zone {
    /// Adds a fault to a name, like a line with `!`. An invalid name gets none.
    pub fn with_fault(mut self, name: &str, fault: Fault) -> Zone {
        if let Some(name) = labels(name) {
            self.faults.entry(name).or_default().push(fault);
        }
        self
    }

    /// Every name that has records, for people.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.records.keys().map(|name| super::name::shown(name))
    }

    pub(super) fn faults(&self, name: &Labels) -> &[Fault] {
        self.faults.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn at(&self, name: &Labels) -> &[Entry] {
        self.records.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns whether the name, or one below it, has records.
    pub(super) fn exists(&self, name: &Labels) -> bool {
        self.records.keys().any(|known| known.ends_with(name))
    }

    /// Returns the start of the zone to which the name belongs.
    pub(super) fn start(&self, name: &Labels) -> Option<(&Labels, &Entry)> {
        let mut above: Vec<(&Labels, &Entry)> = Vec::new();
        for (known, entries) in &self.records {
            let soa = entries.iter().find(|entry| entry.kind == SOA);
            if let Some(soa) = soa.filter(|_| name.ends_with(known)) {
                above.push((known, soa));
            }
        }
        above.into_iter().max_by_key(|(known, _)| known.len())
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Zone, ZoneError> {
        let mut zone = Zone::default();
        for (index, line) in text.lines().enumerate() {
            let line = line.split(';').next().unwrap_or(line).trim();
            if line.is_empty() {
                continue;
            }
            zone.read(line).ok_or_else(|| ZoneError {
                line: index + 1,
                text: line.to_owned(),
            })?;
        }
        Ok(zone)
    }
}

impl Zone {
    fn read(&mut self, line: &str) -> Option<()> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (name, rest) = words.split_first()?;
        let name = labels(name)?;
        if let [mark, fault @ ..] = rest
            && *mark == "!"
        {
            let fault = Fault::read(fault)?;
            self.faults.entry(name).or_default().push(fault);
            return Some(());
        }
        let [ttl, kind, data @ ..] = rest else {
            return None;
        };
        let (kind, data) = data_of(kind, data)?;
        let ttl = ttl.parse().ok()?;
        let entry = Entry { ttl, kind, data };
        self.records.entry(name).or_default().push(entry);
        Some(())
    }
}

fn data_of(kind: &str, words: &[&str]) -> Option<(u16, Vec<Piece>)> {
    Some(match (kind, words) {
        ("A", [address]) => {
            let address: Ipv4Addr = address.parse().ok()?;
            (1, vec![Piece::Bytes(address.octets().to_vec())])
        }
        ("AAAA", [address]) => {
            let address: Ipv6Addr = address.parse().ok()?;
            (28, vec![Piece::Bytes(address.octets().to_vec())])
        }
        ("CNAME", [target]) => (CNAME, vec![Piece::Name(labels(target)?)]),
        ("SOA", [server, mailbox, numbers @ ..]) if numbers.len() == 5 => {
            let mut bytes = Vec::new();
            for number in numbers {
                bytes.extend(number.parse::<u32>().ok()?.to_be_bytes());
            }
            let server = Piece::Name(labels(server)?);
            let mailbox = Piece::Name(labels(mailbox)?);
            (SOA, vec![server, mailbox, Piece::Bytes(bytes)])
        }
        (kind, digits) => {
            let number = kind.strip_prefix("TYPE")?.parse().ok()?;
            (number, vec![Piece::Bytes(hexadecimal(&digits.concat())?)])
        }
    })
}

fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = digits
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|value| value.try_into().ok()))
        .collect();
    let digits = digits?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

impl fmt::Display for ZoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ZoneError { line, text } = self;
        write!(f, "line {line} of the zone can't be parsed: {text}")
    }
}

impl std::error::Error for ZoneError {}
