//! Payloads whose bytes know where they belong.
//!
//! The byte at offset `k` follows from `k`, so a lost, repeated, or moved piece can be
//! recognized and located. There are two codings, and a report names the one that was
//! used. Up to 64 MiB, every byte is coded. A longer payload consists of zeros, with a
//! coded page of 4 KiB at the start of each MiB and at the very end, so that its file
//! is sparse; in such a payload, a shift shows at the next page.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::size::{KIB, MIB};

mod pattern;
mod verifier;

pub use verifier::{Flaw, Verifier};

/// Up to this length, in bytes, every byte is coded.
pub const WHOLE_LIMIT: u64 = 64 * MIB;
/// In a longer payload, there's one coded page in each stretch of this length.
const STRETCH: u64 = MIB;
/// The length of a coded page. A file system stores no more of each stretch.
const PAGE: u64 = 4 * KIB;

/// How a payload is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Every byte is coded.
    EveryByte,
    /// One page in each MiB and the last page are coded, with zeros in between.
    Stamps,
}

/// The description of a payload. It holds no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload {
    length: u64,
    coding: Coding,
    key: u64,
}

impl Payload {
    /// A payload of `length` bytes, with the coding for that length.
    pub fn new(length: u64) -> Payload {
        let coding = if length <= WHOLE_LIMIT {
            Coding::EveryByte
        } else {
            Coding::Stamps
        };
        Payload {
            length,
            coding,
            key: 0,
        }
    }

    /// A stamped payload of any length.
    pub fn stamped(length: u64) -> Payload {
        Payload {
            coding: Coding::Stamps,
            ..Payload::new(length)
        }
    }

    /// Returns a payload of the same length with other bytes. Bytes with another key
    /// don't belong to this payload.
    pub fn keyed(self, key: u64) -> Payload {
        Payload { key, ..self }
    }

    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// How it is coded.
    pub fn coding(&self) -> Coding {
        self.coding
    }

    /// Writes the bytes from `offset` on into `buffer`. The pattern continues past the
    /// end of the payload.
    pub fn fill(&self, mut offset: u64, mut buffer: &mut [u8]) {
        while !buffer.is_empty() {
            let (coded, run) = self.run(offset);
            let length = buffer.len().min(usize::try_from(run).unwrap_or(usize::MAX));
            let (piece, rest) = buffer.split_at_mut(length);
            if coded {
                pattern::fill(self.key, offset, piece);
            } else {
                piece.fill(0);
            }
            offset += length as u64;
            buffer = rest;
        }
    }

    /// The bytes of a range, as a vector. Meant for short ranges.
    pub fn bytes(&self, range: Range<u64>) -> Vec<u8> {
        let length = range.end.saturating_sub(range.start);
        let mut bytes = vec![0; usize::try_from(length).expect("a range fits memory")];
        self.fill(range.start, &mut bytes);
        bytes
    }

    /// Verifies the whole payload as it arrives.
    pub fn verifier(&self) -> Verifier {
        self.verifier_of(0..self.length)
    }

    /// Verifies a range of it as it arrives.
    pub fn verifier_of(&self, range: Range<u64>) -> Verifier {
        Verifier::new(*self, range)
    }

    /// Reads the whole payload without a file.
    pub fn reader(&self) -> Reader {
        Reader {
            payload: *self,
            range: 0..self.length,
        }
    }

    /// Creates the file `name` in `folder`, and returns its path. The file is written
    /// under another name first, so it's complete as soon as it appears. A stamped
    /// payload is sparse if the file system creates holes by itself, which NTFS doesn't
    /// do.
    pub fn create(&self, folder: &Path, name: &str) -> io::Result<PathBuf> {
        let path = folder.join(name);
        let part = folder.join(format!("{name}.part"));
        let written = self.write(&part).and_then(|()| fs::rename(&part, &path));
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written.map(|()| path)
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let mut file = File::create(path)?;
        let mut buffer = vec![0; 64 * KIB as usize];
        file.set_len(self.length)?;
        let mut offset = 0;
        while offset < self.length {
            let (coded, run) = self.run(offset);
            if !coded {
                offset += run;
                continue;
            }
            let left = run.min(self.length - offset).min(buffer.len() as u64);
            let piece = &mut buffer[..left as usize];
            pattern::fill(self.key, offset, piece);
            file.seek(SeekFrom::Start(offset))?;
            file.write_all(piece)?;
            offset += left;
        }
        Ok(())
    }

    /// Returns whether the byte at `offset` is coded, and for how many bytes that stays
    /// the same.
    fn run(&self, offset: u64) -> (bool, u64) {
        if self.coding == Coding::EveryByte {
            return (true, u64::MAX - offset);
        }
        let last = self.length.saturating_sub(PAGE);
        if (last..self.length).contains(&offset) {
            return (true, self.length - offset);
        }
        let within = offset % STRETCH;
        let (coded, run) = if within < PAGE {
            (true, PAGE - within)
        } else {
            (false, STRETCH - within)
        };
        if offset < last {
            (coded, run.min(last - offset))
        } else {
            (coded, run)
        }
    }

    /// Returns how many bytes at the start of `bytes` are those from `offset` on.
    fn matching(&self, offset: u64, bytes: &[u8]) -> usize {
        let mut matched = 0;
        while matched < bytes.len() {
            let (coded, run) = self.run(offset + matched as u64);
            let rest = &bytes[matched..];
            let piece =
                &rest[..rest.len().min(usize::try_from(run).unwrap_or(usize::MAX))];
            let same = if coded {
                pattern::matching(self.key, offset + matched as u64, piece)
            } else {
                zeros(piece)
            };
            matched += same;
            if same < piece.len() {
                break;
            }
        }
        matched
    }
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Coding::EveryByte => "every byte verified",
            Coding::Stamps => "verified by one page in each MiB",
        })
    }
}

/// Reads a payload that is generated while it's read.
#[derive(Clone, Debug)]
pub struct Reader {
    payload: Payload,
    range: Range<u64>,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.range.end - self.range.start;
        let length = (buffer.len() as u64).min(left) as usize;
        self.payload.fill(self.range.start, &mut buffer[..length]);
        self.range.start += length as u64;
        Ok(length)
    }
}

/// Returns how many bytes at the start are zero.
fn zeros(bytes: &[u8]) -> usize {
    static ZEROS: [u8; 4096] = [0; 4096];
    let mut count = 0;
    for piece in bytes.chunks(ZEROS.len()) {
        if piece != &ZEROS[..piece.len()] {
            return count + piece.iter().take_while(|byte| **byte == 0).count();
        }
        count += piece.len();
    }
    count
}

#[cfg(test)]
mod tests;
