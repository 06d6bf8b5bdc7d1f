//! A transport in memory: its input is given, its output is
//! recorded, write by write.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What came through a wire.
#[derive(Clone, Debug, Default)]
pub struct Record {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    writes: Vec<Vec<u8>>,
    taken: usize,
}

/// The wire. A read brings one piece of the input, or less, and
/// after the last one the end.
pub struct Wire {
    input: Box<dyn Iterator<Item = Vec<u8>> + Send>,
    piece: Vec<u8>,
    record: Record,
}

impl Record {
    /// What was written, write by write.
    pub fn writes(&self) -> Vec<Vec<u8>> {
        self.with(|inner| inner.writes.clone())
    }

    /// How many bytes of the input were read.
    pub fn taken(&self) -> usize {
        self.with(|inner| inner.taken)
    }

    fn with<T>(&self, look: impl FnOnce(&mut Inner) -> T) -> T {
        let inner = self.inner.lock();
        look(&mut inner.unwrap_or_else(PoisonError::into_inner))
    }
}

impl Wire {
    /// A wire with this input.
    pub fn new<I>(input: I) -> (Wire, Record)
    where
        I: IntoIterator<Item = Vec<u8>>,
        I::IntoIter: Send + 'static,
    {
        let record = Record::default();
        let wire = Wire {
            input: Box::new(input.into_iter()),
            piece: Vec::new(),
            record: record.clone(),
        };
        (wire, record)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.piece.is_empty() {
            self.piece = self.input.next().unwrap_or_default();
        }
        let length = self.piece.len().min(buffer.remaining());
        let rest = self.piece.split_off(length);
        let now = std::mem::replace(&mut self.piece, rest);
        buffer.put_slice(&now);
        self.record.with(|inner| inner.taken += now.len());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.record.with(|inner| inner.writes.push(bytes.to_vec()));
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
