//! Asynchronous readers and writers that fail like real ones. [`lab::fault::Faults`]
//! describes the faults; an interruption is `Pending` here.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use lab::fault::Faults;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A reader with faults.
#[derive(Debug)]
pub struct Reader<R> {
    inner: R,
    faults: Faults,
}

/// A writer with faults. Flushing and closing it never fail.
#[derive(Debug)]
pub struct Writer<W> {
    inner: W,
    faults: Faults,
}

impl<R> Reader<R> {
    /// Wraps `inner`.
    pub fn new(inner: R, faults: Faults) -> Reader<R> {
        Reader { inner, faults }
    }

    /// Returns how far it got.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }
}

impl<W> Writer<W> {
    /// Wraps `inner`.
    pub fn new(inner: W, faults: Faults) -> Writer<W> {
        Writer { inner, faults }
    }

    /// Returns how far it got.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Returns the wrapped writer.
    pub fn into_inner(self) -> W {
        self.inner
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Reader<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.faults.interrupts() {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let allowed = this.faults.allow(buffer.remaining())?;
        let mut chunk = vec![0; allowed];
        let mut chunk = ReadBuf::new(&mut chunk);
        match Pin::new(&mut this.inner).poll_read(context, &mut chunk) {
            Poll::Ready(Ok(())) => {
                this.faults.moved(chunk.filled().len());
                buffer.put_slice(chunk.filled());
                Poll::Ready(Ok(()))
            }
            other => other,
        }
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Writer<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.faults.interrupts() {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let allowed = this.faults.allow(bytes.len())?;
        match Pin::new(&mut this.inner).poll_write(context, &bytes[..allowed]) {
            Poll::Ready(Ok(length)) => {
                this.faults.moved(length);
                Poll::Ready(Ok(length))
            }
            other => other,
        }
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn the_error_comes_after_exactly_so_many_bytes() {
        let faults = Faults::none().error_after(4, ErrorKind::ConnectionReset);
        let mut reader = Reader::new(&b"abcdef"[..], faults);
        let mut read = Vec::new();
        let error = reader.read_to_end(&mut read).await.expect_err("a fault");
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        assert_eq!(read, b"abcd");
        assert!(reader.read(&mut [0]).await.is_err(), "it stays broken");
    }

    #[tokio::test]
    async fn a_pending_reader_wakes_and_loses_nothing() {
        let faults = Faults::none().short(2).interrupted(3);
        let mut reader = Reader::new(&b"abcdef"[..], faults);
        let mut read = Vec::new();
        reader.read_to_end(&mut read).await.expect("no fault");
        assert_eq!(read, b"abcdef");
        // Three pending polls, three reads, and the end.
        assert_eq!(reader.faults().calls(), 7);
    }

    #[tokio::test]
    async fn a_loop_that_takes_a_short_write_for_a_whole_one_is_found() {
        let faults = Faults::none().short(3).interrupted(1);
        let mut writer = Writer::new(Vec::new(), faults);
        assert_eq!(writer.write(b"abcdef").await.expect("no fault"), 3);
        writer.write_all(b"defgh").await.expect("no fault");
        assert_eq!(writer.into_inner(), b"abcdefgh");
    }

    #[tokio::test]
    async fn a_writer_can_break() {
        let faults = Faults::none().error_after(3, ErrorKind::BrokenPipe);
        let mut writer = Writer::new(Vec::new(), faults);
        let error = writer.write_all(b"abcdef").await.expect_err("a fault");
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        assert_eq!(writer.into_inner(), b"abc");
    }
}
