//! Sources that count what was read from them: how often, how many bytes, and whether
//! they were dropped.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use lab::drops::{DropCounter, Guard};
use lab::payload::Payload;
use lab::work::CallCounter;
use tokio::io::{AsyncRead, ReadBuf};

use crate::gate::BlockingGate;

/// A source of a payload: a blocking reader, an asynchronous reader, or a stream of
/// chunks. It's always ready, so code that reads ahead does so by its own choice.
#[derive(Debug)]
pub struct Source {
    payload: Payload,
    left: Range<u64>,
    error: Option<(u64, ErrorKind)>,
    taken: CallCounter,
    gate: Option<BlockingGate>,
    _guard: Option<Guard>,
}

/// A source as a stream of chunks.
#[derive(Debug)]
pub struct Chunks {
    source: Source,
    length: usize,
    ended: bool,
}

impl Source {
    /// A source of the whole payload.
    pub fn new(payload: Payload) -> Source {
        Source::of(payload, 0..payload.length())
    }

    /// A source of a range of it.
    pub fn of(payload: Payload, range: Range<u64>) -> Source {
        Source {
            payload,
            left: range,
            error: None,
            taken: CallCounter::new(),
            gate: None,
            _guard: None,
        }
    }

    /// Counts in `taken` from now on. A call is one read or one chunk, including those
    /// at the end.
    pub fn counted_by(mut self, taken: &CallCounter) -> Source {
        self.taken = taken.clone();
        self
    }

    /// Holds a guard that is dropped together with the source.
    pub fn guarded_by(mut self, drops: &DropCounter) -> Source {
        self._guard = Some(drops.guard());
        self
    }

    /// Blocks the thread of every read until the gate is open.
    pub fn behind(mut self, gate: &BlockingGate) -> Source {
        self.gate = Some(gate.clone());
        self
    }

    /// Fails before the byte at `offset`.
    pub fn failing_at(mut self, offset: u64, kind: ErrorKind) -> Source {
        self.error = Some((offset, kind));
        self
    }

    /// Returns it as a stream of chunks of `length` bytes; the last one may be shorter.
    pub fn chunks(self, length: usize) -> Chunks {
        Chunks {
            source: self,
            length: length.max(1),
            ended: false,
        }
    }

    /// Returns how many of `wanted` bytes this call delivers.
    fn begin(&mut self, wanted: usize) -> io::Result<usize> {
        if let Some(gate) = &self.gate {
            gate.pass();
        }
        let mut end = self.left.end;
        if let Some((offset, kind)) = self.error
            && (self.left.start..end).contains(&offset)
        {
            if offset == self.left.start {
                self.taken.add(0);
                return Err(io::Error::new(kind, "a fault of the check"));
            }
            end = offset;
        }
        let left = usize::try_from(end - self.left.start).unwrap_or(usize::MAX);
        let length = wanted.min(left);
        self.taken.add(length as u64);
        Ok(length)
    }

    fn give(&mut self, buffer: &mut [u8]) {
        self.payload.fill(self.left.start, buffer);
        self.left.start += buffer.len() as u64;
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.begin(buffer.len())?;
        self.give(&mut buffer[..length]);
        Ok(length)
    }
}

impl AsyncRead for Source {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let length = self.begin(buffer.remaining())?;
        self.give(buffer.initialize_unfilled_to(length));
        buffer.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        // A stream should not be polled after its end, and a check wants to know if it
        // was. An error isn't the end, because `None` follows it.
        assert!(!self.ended, "the stream was polled after it ended");
        let length = self.length;
        let item = match self.source.begin(length) {
            Ok(0) => None,
            Ok(length) => {
                let mut chunk = BytesMut::zeroed(length);
                self.source.give(&mut chunk);
                Some(Ok(chunk.freeze()))
            }
            Err(error) => {
                let source = &mut self.source;
                (source.error, source.left.end) = (None, source.left.start);
                Some(Err(error))
            }
        };
        self.ended = item.is_none();
        Poll::Ready(item)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use tokio::io::AsyncReadExt;

    use super::*;

    const LENGTH: u64 = 100_000;

    #[tokio::test]
    async fn every_form_gives_the_payload_and_counts_it() {
        let payload = Payload::new(LENGTH);
        let (drops, work) = (DropCounter::new(), CallCounter::new());
        let source = || Source::new(payload).counted_by(&work).guarded_by(&drops);

        let mut all = Vec::new();
        Read::read_to_end(&mut source(), &mut all).expect("no fault");
        let mut verifier = payload.verifier();
        verifier.feed(&all);
        verifier.finish().expect("the payload");

        all.clear();
        AsyncReadExt::read_to_end(&mut source(), &mut all)
            .await
            .expect("no fault");
        let mut verifier = payload.verifier();
        verifier.feed(&all);
        verifier.finish().expect("the payload");

        let calls = work.calls();
        let mut verifier = payload.verifier();
        let mut chunks = source().chunks(4096);
        while let Some(chunk) = chunks.next().await {
            verifier.feed(&chunk.expect("no fault"));
        }
        verifier.finish().expect("the payload");
        // 25 chunks and the end.
        assert_eq!(work.calls() - calls, 26);
        assert_eq!(work.bytes(), 3 * LENGTH);
        drop(chunks);
        assert_eq!((drops.made(), drops.alive()), (3, 0));
    }

    #[tokio::test]
    async fn what_is_taken_early_shows() {
        let work = CallCounter::new();
        let source = Source::new(Payload::new(LENGTH)).counted_by(&work);
        let mut chunks = source.chunks(1000).buffered_by(8);
        chunks.next().await;
        assert_eq!(work.calls(), 8);
    }

    /// A consumer that reads ahead by `count` chunks.
    trait Ahead: Stream + Sized {
        fn buffered_by(self, count: usize) -> futures_util::stream::ReadyChunks<Self> {
            self.ready_chunks(count)
        }
    }

    impl Ahead for Chunks {}

    #[tokio::test]
    async fn a_source_fails_where_it_was_told_to() {
        let source = || {
            let source = Source::new(Payload::new(LENGTH));
            source.failing_at(1500, ErrorKind::UnexpectedEof)
        };
        let mut all = Vec::new();
        let error = Read::read_to_end(&mut source(), &mut all).expect_err("a fault");
        assert_eq!((all.len(), error.kind()), (1500, ErrorKind::UnexpectedEof));
        let chunks: Vec<_> = source().chunks(1000).collect().await;
        let lengths: Vec<_> = chunks
            .iter()
            .map(|chunk| chunk.as_ref().map(Bytes::len).ok())
            .collect();
        assert_eq!(lengths, [Some(1000), Some(500), None]);
    }

    #[tokio::test]
    #[should_panic(expected = "polled after it ended")]
    async fn polling_after_the_end_is_found() {
        let mut chunks = Source::new(Payload::new(10)).chunks(10);
        while chunks.next().await.is_some() {}
        chunks.next().await;
    }

    #[tokio::test]
    async fn a_gated_source_blocks_the_thread_that_reads() {
        let gate = BlockingGate::new();
        let heart = crate::heartbeat::Heartbeat::at(&gate);
        let mut source = Source::new(Payload::new(10)).behind(&gate);
        let read = tokio::task::spawn_blocking(move || {
            let mut all = Vec::new();
            Read::read_to_end(&mut source, &mut all).map(|_| all)
        });
        let all = read.await.expect("no panic").expect("no fault");
        assert_eq!((all.len(), gate.gave_up()), (10, false));
        assert!(heart.beats_while_blocked() > 0);
    }
}
