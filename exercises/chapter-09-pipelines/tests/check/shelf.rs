//! A sink that keeps what it gets, and can stall and fail.

use std::io::{self, ErrorKind};

use bytes::Bytes;
use lab::drops::{DropCounter, Guard};
use lab::work::CallCounter;
use pipelines::Sink;
use tokio::sync::watch;

use crate::probe::{At, Journal};
use crate::script::Fault;

/// What a disk or a connection may say. None of them is an end,
/// and none of them is to be tried again: the sink does that.
pub const KINDS: [ErrorKind; 18] = [
    ErrorKind::NotFound,
    ErrorKind::PermissionDenied,
    ErrorKind::ConnectionReset,
    ErrorKind::ConnectionAborted,
    ErrorKind::NotConnected,
    ErrorKind::BrokenPipe,
    ErrorKind::AlreadyExists,
    ErrorKind::WouldBlock,
    ErrorKind::InvalidInput,
    ErrorKind::InvalidData,
    ErrorKind::TimedOut,
    ErrorKind::WriteZero,
    ErrorKind::Interrupted,
    ErrorKind::StorageFull,
    ErrorKind::UnexpectedEof,
    ErrorKind::OutOfMemory,
    ErrorKind::Unsupported,
    ErrorKind::Other,
];

/// Keeps what it gets in its journal.
pub struct Shelf {
    journal: Journal,
    at: At,
    number: u32,
    kind: ErrorKind,
    /// How many writes may begin; a sink without it never waits.
    allowed: Option<watch::Receiver<usize>>,
    /// Bytes whose write has ended.
    written: CallCounter,
    _guard: Option<Guard>,
}

impl Shelf {
    pub fn new(journal: &Journal) -> Self {
        Self {
            journal: journal.clone(),
            at: At::Nowhere,
            number: 0,
            kind: ErrorKind::Other,
            allowed: None,
            written: CallCounter::new(),
            _guard: None,
        }
    }

    /// Fails there, with this number.
    pub fn failing(mut self, at: At, number: u32) -> Self {
        (self.at, self.number) = (at, number);
        self
    }

    /// With an error of this kind.
    pub fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// Lets so many writes through and waits in the next one,
    /// until more are allowed.
    pub fn stalling(mut self, after: usize) -> (Self, Allow) {
        let (sender, receiver) = watch::channel(after);
        self.allowed = Some(receiver);
        (self, Allow { sender })
    }

    pub fn counted_by(mut self, written: &CallCounter) -> Self {
        self.written = written.clone();
        self
    }

    pub fn guarded_by(mut self, drops: &DropCounter) -> Self {
        self._guard = Some(drops.guard());
        self
    }

    fn fails(&self) -> io::Result<()> {
        self.journal.failed();
        Err(io::Error::new(self.kind, Fault(self.number)))
    }
}

/// Lets a shelf write more. Dropped, the shelf waits forever.
#[derive(Debug)]
pub struct Allow {
    sender: watch::Sender<usize>,
}

impl Allow {
    pub fn more(&self, writes: usize) {
        self.sender.send_modify(|allowed| *allowed += writes);
    }
}

impl Sink for Shelf {
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        let number = self.journal.chunk(&chunk);
        if let Some(allowed) = &mut self.allowed {
            let more = allowed.wait_for(|most| *most > number);
            let gone = more.await.is_err();
            if gone {
                std::future::pending::<()>().await;
            }
        }
        if self.at == At::Chunk(number) {
            return self.fails();
        }
        self.written.add(chunk.len() as u64);
        Ok(())
    }

    async fn finish(&mut self) -> io::Result<()> {
        self.journal.finish();
        if self.at == At::WaitsFinish {
            std::future::pending::<()>().await;
        }
        if self.at == At::Finish {
            return self.fails();
        }
        Ok(())
    }
}
