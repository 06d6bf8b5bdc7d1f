//! A disk with one file on it: counts what is read, blocks when
//! told to.

use std::io::{self, Read, Seek, SeekFrom};

use lab::payload::Payload;
use lab_net::gate::Gate;
use lab_net::source::Source;

type Equip = Box<dyn Fn(Source) -> Source + Send>;

/// A source that can be read from any place.
pub struct Disk {
    payload: Payload,
    equip: Equip,
    source: Source,
    at: u64,
    closed: Option<(u64, Gate)>,
    over: Option<(u64, Gate)>,
    /// The most bytes of one read.
    short: usize,
    panics: Option<u64>,
    seeking: Option<Gate>,
    /// The kind of the error of each seek.
    lost: Option<io::ErrorKind>,
}

impl Disk {
    /// The file is the payload; `equip` says what its source can
    /// do besides.
    pub fn new(
        payload: Payload,
        equip: impl Fn(Source) -> Source + Send + 'static,
    ) -> Self {
        let source = equip(Source::new(payload));
        Self {
            payload,
            equip: Box::new(equip),
            source,
            at: 0,
            closed: None,
            over: None,
            short: usize::MAX,
            panics: None,
            seeking: None,
            lost: None,
        }
    }

    /// Blocks each read at `offset` and behind it until the gate
    /// is open.
    pub fn closed_from(mut self, offset: u64, gate: &Gate) -> Self {
        self.closed = Some((offset, gate.clone()));
        self
    }

    /// Blocks the read that asks for the byte at `offset` until the
    /// gate is open.
    pub fn closed_over(mut self, offset: u64, gate: &Gate) -> Self {
        self.over = Some((offset, gate.clone()));
        self
    }

    /// Fails each seek.
    pub fn without_seeks(mut self, kind: io::ErrorKind) -> Self {
        self.lost = Some(kind);
        self
    }

    /// Blocks each seek until the gate is open.
    pub fn seeking_behind(mut self, gate: &Gate) -> Self {
        self.seeking = Some(gate.clone());
        self
    }

    /// Panics in each read that asks for the byte at `offset`, or
    /// for one behind it.
    pub fn panicking_from(mut self, offset: u64) -> Self {
        self.panics = Some(offset);
        self
    }

    /// Gives at most so many bytes a read, and at least one.
    pub fn short(mut self, length: usize) -> Self {
        self.short = length.max(1);
        self
    }
}

impl Read for Disk {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some((offset, gate)) = &self.closed
            && self.at >= *offset
        {
            gate.pass();
        }
        let asked = buffer.len().min(self.short) as u64;
        if let Some((offset, gate)) = &self.over
            && (self.at..self.at + asked).contains(offset)
        {
            gate.pass();
        }
        if self.panics.is_some_and(|offset| self.at + asked > offset) {
            panic!("a fault of the check");
        }
        let most = buffer.len().min(self.short);
        let length = self.source.read(&mut buffer[..most])?;
        self.at += length as u64;
        Ok(length)
    }
}

impl Seek for Disk {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if let Some(gate) = &self.seeking {
            gate.pass();
        }
        if let Some(kind) = self.lost {
            return Err(kind.into());
        }
        let end = self.payload.length();
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => end.checked_add_signed(by),
        };
        let at = at.ok_or(io::ErrorKind::InvalidInput)?;
        if at != self.at {
            // As with a file, nothing is behind the end.
            let rest = Source::of(self.payload, at.min(end)..end);
            self.source = (self.equip)(rest);
            self.at = at;
        }
        Ok(at)
    }
}
