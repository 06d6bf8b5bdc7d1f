//! A stage that writes down what is done to it.

use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use lab::drops::{DropCounter, Guard};
use pipelines::{Output, PipelineError, Transform};

use crate::script::Fault;

/// What happened to a stage or a sink, in order.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
pub struct Seen {
    /// All bytes that were given to it.
    pub bytes: Vec<u8>,
    /// Calls with a chunk.
    pub chunks: usize,
    /// Calls of `finish`.
    pub finishes: usize,
    /// Calls after an error, or after `finish`.
    pub late: usize,
    over: bool,
}

impl Journal {
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn finishes(&self) -> usize {
        self.seen().finishes
    }

    pub fn late(&self) -> usize {
        self.seen().late
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.seen().bytes.clone()
    }

    /// Writes a call down; gives the number of the chunk.
    pub fn chunk(&self, chunk: &[u8]) -> usize {
        let mut seen = self.seen();
        seen.late += usize::from(seen.over);
        seen.bytes.extend_from_slice(chunk);
        seen.chunks += 1;
        seen.chunks - 1
    }

    pub fn finish(&self) {
        let mut seen = self.seen();
        seen.late += usize::from(seen.over);
        seen.finishes += 1;
        seen.over = true;
    }

    /// From now on every call is too late.
    pub fn failed(&self) {
        self.seen().over = true;
    }
}

/// Where a probe fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Nowhere,
    /// At this chunk, the first being 0, before it is sent.
    Chunk(usize),
    Finish,
    /// It panics at this chunk.
    Panic(usize),
    /// It panics in `finish`.
    PanicFinish,
    /// It waits at this chunk, forever.
    Waits(usize),
    /// It waits in `finish`, forever.
    WaitsFinish,
}

/// Makes an error of this fault: a stage may fail with any.
pub type MakeError = fn(Fault) -> PipelineError;

/// Passes chunks on as they are, and a last word at the end.
pub struct Probe {
    journal: Journal,
    at: At,
    number: u32,
    error: MakeError,
    word: &'static [u8],
    _guard: Option<Guard>,
}

impl Probe {
    pub fn new(journal: &Journal) -> Self {
        Self {
            journal: journal.clone(),
            at: At::Nowhere,
            number: 0,
            error: |fault| PipelineError::Stage(fault.into()),
            word: b"",
            _guard: None,
        }
    }

    /// Fails there, with this number.
    pub fn failing(mut self, at: At, number: u32) -> Self {
        (self.at, self.number) = (at, number);
        self
    }

    /// With this error instead of one of the stage.
    pub fn with(mut self, error: MakeError) -> Self {
        self.error = error;
        self
    }

    /// Sends this in `finish`.
    pub fn saying(mut self, word: &'static [u8]) -> Self {
        self.word = word;
        self
    }

    pub fn guarded_by(mut self, drops: &DropCounter) -> Self {
        self._guard = Some(drops.guard());
        self
    }

    fn fails(&self) -> Result<(), PipelineError> {
        self.journal.failed();
        Err((self.error)(Fault(self.number)))
    }
}

impl Transform for Probe {
    async fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        let chunk = self.journal.chunk(&input);
        match self.at {
            At::Chunk(at) if at == chunk => self.fails(),
            At::Waits(at) if at == chunk => pending().await,
            At::Panic(at) if at == chunk => {
                panic!("a panic of the check")
            }
            _ => output.send(input).await,
        }
    }

    async fn finish(
        &mut self,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        self.journal.finish();
        match self.at {
            At::Finish => return self.fails(),
            At::PanicFinish => panic!("a panic of the check"),
            At::WaitsFinish => pending().await,
            _ => {}
        }
        output.send(Bytes::from_static(self.word)).await
    }
}
