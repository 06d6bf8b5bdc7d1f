//! What the checks read from: a source that remembers what was
//! asked of it.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lab::recut::{Recut, recut};

/// One read that gave something: where it was told to write, for
/// how much there was room, and how much it wrote.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    pub address: usize,
    pub asked: usize,
    pub length: usize,
}

/// Remembers its reads. Another seed cuts it in other places.
pub struct Source<R> {
    reader: Recut<R>,
    log: Log,
}

/// The reads of a source. Clones are the same log.
#[derive(Clone, Default)]
pub struct Log {
    entries: Arc<Mutex<Vec<Given>>>,
}

impl<R: Read> Source<R> {
    /// A source, and the log of its reads.
    pub fn new(reader: R) -> (Self, Log) {
        let log = Log::default();
        let reader = recut(reader);
        let source = Self {
            reader,
            log: log.clone(),
        };
        (source, log)
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        if length > 0 {
            self.log.entries().push(Given {
                address: buffer.as_ptr() as usize,
                asked: buffer.len(),
                length,
            });
        }
        Ok(length)
    }
}

impl Log {
    /// The reads since the last call.
    pub fn take(&self) -> Vec<Given> {
        std::mem::take(&mut *self.entries())
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Given>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers each read with the next of these, and then with
/// nothing.
pub struct Script {
    answers: Vec<io::Result<&'static [u8]>>,
    asked: Asked,
}

/// For how many bytes each read of a script had room, also of those
/// that gave none. Clones are the same list.
#[derive(Clone, Default)]
pub struct Asked {
    entries: Arc<Mutex<Vec<usize>>>,
}

impl Asked {
    /// The reads since the last call.
    pub fn take(&self) -> Vec<usize> {
        std::mem::take(&mut *self.entries())
    }

    fn entries(&self) -> MutexGuard<'_, Vec<usize>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Script {
    /// These answers, in this order.
    pub fn of(mut answers: Vec<io::Result<&'static [u8]>>) -> Self {
        answers.reverse();
        Self {
            answers,
            asked: Asked::default(),
        }
    }

    /// What it is asked for.
    pub fn asked(&self) -> Asked {
        self.asked.clone()
    }
}

impl Read for Script {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.asked.entries().push(buffer.len());
        let Some(answer) = self.answers.pop() else {
            return Ok(0);
        };
        let bytes = answer?;
        let (now, later) =
            bytes.split_at(bytes.len().min(buffer.len()));
        if !later.is_empty() {
            self.answers.push(Ok(later));
        }
        buffer[..now.len()].copy_from_slice(now);
        Ok(now.len())
    }
}
