//! What the checks of `LineReader` expect of it.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use connections::{ConnectionError, LineReader, Transport};
use lab::{Size, Steps};
use lab_net::peer::{Peer, Seen, Wire};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::timeout;

use crate::PATIENCE;

/// The limit, where the check is not about it.
pub const LIMIT: usize = 1000;

/// The reader of these checks: of one type, like that of a
/// conversation in a check, because each compiles its own.
pub type Reader = LineReader<Box<dyn Transport>>;

/// A reader of what the peer at the other end sends.
pub fn reader_of(wire: Wire, limit: usize) -> Reader {
    LineReader::new(Box::new(wire), limit)
}

/// A reader of which each read brings so many bytes at most,
/// however many are there.
pub fn in_reads_of(bytes: usize, wire: Wire, limit: usize) -> Reader {
    LineReader::new(Box::new(Short { wire, bytes }), limit)
}

struct Short {
    wire: Wire,
    bytes: usize,
}

impl AsyncRead for Short {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let most = self.bytes.min(buffer.remaining());
        let mut short =
            ReadBuf::new(buffer.initialize_unfilled_to(most));
        let read =
            Pin::new(&mut self.wire).poll_read(context, &mut short);
        let length = short.filled().len();
        buffer.advance(length);
        read
    }
}

impl AsyncWrite for Short {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(context, bytes)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }
}

/// The peer sends these lines first.
pub async fn expect_first(
    steps: &Steps,
    peer: Peer,
    limit: usize,
    expected: &[impl AsRef<[u8]>],
) -> (Reader, Seen) {
    let (wire, seen) = peer.in_memory();
    let mut reader = reader_of(wire, limit);
    for line in expected {
        let line = Line::from(line);
        let seen = next(steps, &mut reader, &seen).await;
        let seen = steps.succeeds("a line", seen);
        steps.equal("the line", &seen.map(Line), &line);
    }
    (reader, seen)
}

/// The peer sends exactly these lines, then ends.
pub async fn expect_lines(
    steps: &Steps,
    peer: Peer,
    limit: usize,
    expected: &[impl AsRef<[u8]>],
) {
    let (mut reader, seen) =
        expect_first(steps, peer, limit, expected).await;
    // Each further read returns the end again.
    for _ in 0..2 {
        let end = next(steps, &mut reader, &seen).await;
        let end = steps.succeeds("the end of input", end);
        let none = None::<Line>;
        steps.equal("the end of input", &end.map(Line), &none);
    }
    let reads = seen.reads_after_end();
    steps.at_most("reads of the end", reads, 10);
}

/// After `before`, the peer sends a line above [`LIMIT`].
pub async fn expect_too_long(
    steps: &Steps,
    peer: Peer,
    before: &[&str],
) -> Seen {
    let (wire, seen) = peer.in_memory();
    let mut reader = reader_of(wire, LIMIT);
    for line in before {
        let seen = next(steps, &mut reader, &seen).await;
        let seen = steps.succeeds("a line", seen);
        steps.equal("the line", &seen.map(Line), &Line::from(line));
    }
    let line = next(steps, &mut reader, &seen).await;
    let line =
        line.map(|line| line.map(|line| Size(line.len() as u64)));
    let error = steps.refuses("a line above the limit", line);
    steps.variant(
        "the error",
        &error,
        &[&format!("LineTooLong {{ limit: {LIMIT} }}")],
    );
    seen
}

/// The next line, if the reader does not wait for more.
pub async fn next(
    steps: &Steps,
    reader: &mut Reader,
    seen: &Seen,
) -> Result<Option<Vec<u8>>, ConnectionError> {
    match timeout(PATIENCE, reader.next()).await {
        Ok(line) => line,
        Err(_) => steps.fail(
            "`next` returns",
            format!("it waits, with {} bytes read", seen.sent()),
        ),
    }
}

/// A line, to be compared and shown.
#[derive(PartialEq)]
pub struct Line(pub Vec<u8>);

impl Line {
    /// The line that is expected.
    pub fn from(bytes: impl AsRef<[u8]>) -> Option<Self> {
        Some(Self(bytes.as_ref().to_vec()))
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}
