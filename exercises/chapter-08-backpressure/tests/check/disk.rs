//! A disk with one file on it: counts what is read, blocks when
//! told to.

use std::error::Error;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lab::payload::Payload;
use lab::work::CallCounter;
use lab_net::gate::BlockingGate;
use lab_net::source::Source;

/// What each error of a disk says.
pub const BROKEN: &str = "the disk of this check is broken";

/// What a panic of a disk says.
const PANICS: &str = "the disk panics, as this step wants it to";

type Equip = Box<dyn Fn(Source) -> Source + Send>;

/// A source that can be read from any place.
pub struct Disk {
    payload: Payload,
    equip: Equip,
    source: Source,
    at: u64,
    closed: Option<(u64, BlockingGate)>,
    over: Option<(u64, BlockingGate)>,
    /// The most bytes of one read, up to this offset.
    short: usize,
    short_until: u64,
    /// The most bytes of one read, as the check says at the time.
    shortened: Arc<AtomicUsize>,
    panics: Option<u64>,
    /// Whether each seek panics.
    lost_panics: bool,
    /// Where one read fails, and the kind of its error.
    fails: Option<(u64, io::ErrorKind)>,
    /// Where the file goes on with what nobody should ask for.
    forbidden: Option<u64>,
    /// How many signals come before every read.
    signals: u32,
    /// How many of them the next read has seen.
    interrupted: u32,
    /// Counts beside the source's own count.
    watch: CallCounter,
    seeking: Option<BlockingGate>,
    /// The kind of the error of the first seek.
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
            short_until: u64::MAX,
            shortened: Arc::new(AtomicUsize::new(usize::MAX)),
            panics: None,
            lost_panics: false,
            fails: None,
            forbidden: None,
            signals: 0,
            interrupted: 0,
            watch: CallCounter::new(),
            seeking: None,
            lost: None,
        }
    }

    /// Blocks each read at `offset` and behind it until the gate
    /// is open.
    pub fn closed_from(
        mut self,
        offset: u64,
        gate: &BlockingGate,
    ) -> Self {
        self.closed = Some((offset, gate.clone()));
        self
    }

    /// Blocks the read that asks for the byte at `offset` until the
    /// gate is open.
    pub fn closed_over(
        mut self,
        offset: u64,
        gate: &BlockingGate,
    ) -> Self {
        self.over = Some((offset, gate.clone()));
        self
    }

    /// Fails the first seek: whoever looks away reads on.
    pub fn failing_seek(mut self, kind: io::ErrorKind) -> Self {
        self.lost = Some(kind);
        self
    }

    /// Panics in each seek.
    pub fn panicking_seeks(mut self) -> Self {
        self.lost_panics = true;
        self
    }

    /// Blocks each seek until the gate is open.
    pub fn seeking_behind(mut self, gate: &BlockingGate) -> Self {
        self.seeking = Some(gate.clone());
        self
    }

    /// Panics in each read that asks for the byte at `offset`, or
    /// for one behind it.
    pub fn panicking_from(mut self, offset: u64) -> Self {
        self.panics = Some(offset);
        self
    }

    /// Fails the read that comes to the byte at `offset`, once:
    /// whoever reads on gets all the others.
    pub fn failing_once(
        mut self,
        offset: u64,
        kind: io::ErrorKind,
    ) -> Self {
        self.fails = Some((offset, kind));
        self
    }

    /// Fails each read that asks for the byte at `offset`, or for
    /// one after it.
    pub fn broken_from(mut self, offset: u64) -> Self {
        self.forbidden = Some(offset);
        self
    }

    /// Interrupts every read so many times, as signals do, before
    /// it gives bytes.
    pub fn with_signals(mut self, signals: u32) -> Self {
        self.signals = signals;
        self
    }

    /// Gives at most so many bytes a read, and at least one.
    pub fn short(mut self, length: usize) -> Self {
        self.short = length.max(1);
        self
    }

    /// Counts in `watch`, too: one count for many disks.
    pub fn watched_by(mut self, watch: &CallCounter) -> Self {
        self.watch = watch.clone();
        self
    }

    /// Gives whole reads from this offset on.
    pub fn until(mut self, offset: u64) -> Self {
        self.short_until = offset;
        self
    }

    /// Gives at most so many bytes a read as are in there.
    pub fn shortened_by(mut self, most: &Arc<AtomicUsize>) -> Self {
        self.shortened = Arc::clone(most);
        self
    }

    /// How much a read of `wanted` bytes can bring now.
    fn at_once(&self, wanted: usize) -> usize {
        let most = wanted.min(self.shortened.load(Ordering::Relaxed));
        if self.at < self.short_until {
            most.min(self.short)
        } else {
            most
        }
    }
}

/// What is in an error of the disk: a copy of its words has none.
#[derive(Debug)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(BROKEN)
    }
}

impl Error for Broken {}

/// An error that says whose it is.
fn broken(kind: io::ErrorKind) -> io::Error {
    io::Error::new(kind, Broken)
}

impl Disk {
    /// How much of `most` bytes can be read before the failure; the
    /// failure when that is nothing.
    fn before_failure(&mut self, most: usize) -> io::Result<usize> {
        match self.fails {
            Some((offset, kind)) if offset == self.at => {
                self.fails = None;
                Err(broken(kind))
            }
            Some((offset, _)) if offset > self.at => {
                let before = usize::try_from(offset - self.at);
                Ok(most.min(before.unwrap_or(most)))
            }
            _ => Ok(most),
        }
    }
}

impl Read for Disk {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some((offset, gate)) = &self.closed
            && self.at >= *offset
        {
            gate.pass();
        }
        let most = self.at_once(buffer.len());
        let asked = most as u64;
        if let Some((offset, gate)) = &self.over
            && (self.at..self.at + asked).contains(offset)
        {
            gate.pass();
        }
        if self.panics.is_some_and(|offset| self.at + asked > offset) {
            panic!("{PANICS}");
        }
        let end = self.at + asked;
        if self.forbidden.is_some_and(|offset| end > offset) {
            return Err(io::Error::other(format!(
                "asked for bytes {}..{end} of a disk that is broken there",
                self.at
            )));
        }
        if self.interrupted < self.signals {
            self.interrupted += 1;
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.interrupted = 0;
        let most = self.before_failure(most)?;
        let length = self.source.read(&mut buffer[..most])?;
        self.at += length as u64;
        self.watch.add(length as u64);
        Ok(length)
    }
}

impl Seek for Disk {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if let Some(gate) = &self.seeking {
            gate.pass();
        }
        if self.lost_panics {
            panic!("{PANICS}");
        }
        if let Some(kind) = self.lost.take() {
            return Err(broken(kind));
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
