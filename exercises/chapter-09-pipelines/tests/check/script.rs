//! A source that follows a script, and tells when somebody asks
//! it too often.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use lab::drops::{DropCounter, Guard};
use lab::work::CallCounter;
use pipelines::{BoxError, Source};

/// An error of ours, with a number: it must come back as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault(pub u32);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fault {} of the check", self.0)
    }
}

impl std::error::Error for Fault {}

/// How a script goes on after its chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Ends,
    Fails(u32),
    /// It fails with an error of the system.
    FailsWith(ErrorKind, u32),
    /// Nothing ever comes, as from a client that sleeps.
    Waits,
}

/// Chunks, and an end.
pub struct Script {
    chunks: VecDeque<Bytes>,
    then: Then,
    over: bool,
    /// Counts polls after its end, and after its error.
    late: CallCounter,
    taken: CallCounter,
    polls: CallCounter,
    _guard: Option<Guard>,
}

impl Script {
    pub fn new<P: Into<Bytes>>(
        chunks: impl IntoIterator<Item = P>,
        then: Then,
    ) -> Self {
        Self {
            chunks: chunks.into_iter().map(Into::into).collect(),
            then,
            over: false,
            late: CallCounter::new(),
            taken: CallCounter::new(),
            polls: CallCounter::new(),
            _guard: None,
        }
    }

    /// So many chunks of so many bytes: the number of the chunk,
    /// again and again.
    pub fn of(count: usize, length: usize, then: Then) -> Self {
        let chunk = |number| vec![number as u8; length];
        Self::new((0..count).map(chunk), then)
    }

    pub fn counted_by(mut self, taken: &CallCounter) -> Self {
        self.taken = taken.clone();
        self
    }

    /// Counts how often it is polled.
    pub fn polls_in(mut self, polls: &CallCounter) -> Self {
        self.polls = polls.clone();
        self
    }

    /// Counts how often it is polled after its end, and after its
    /// error. It has ended for good then.
    pub fn late_in(mut self, late: &CallCounter) -> Self {
        self.late = late.clone();
        self
    }

    pub fn guarded_by(mut self, drops: &DropCounter) -> Self {
        self._guard = Some(drops.guard());
        self
    }

    pub fn source(self) -> Source {
        self.boxed()
    }
}

impl Stream for Script {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        self.polls.add(0);
        if self.over {
            self.late.add(0);
            return Poll::Ready(None);
        }
        if let Some(chunk) = self.chunks.pop_front() {
            self.taken.add(chunk.len() as u64);
            return Poll::Ready(Some(Ok(chunk)));
        }
        match self.then {
            Then::Ends => {
                self.over = true;
                Poll::Ready(None)
            }
            Then::Fails(number) => {
                self.over = true;
                Poll::Ready(Some(Err(Fault(number).into())))
            }
            Then::FailsWith(kind, number) => {
                self.over = true;
                let error = io::Error::new(kind, Fault(number));
                Poll::Ready(Some(Err(error.into())))
            }
            Then::Waits => Poll::Pending,
        }
    }
}
