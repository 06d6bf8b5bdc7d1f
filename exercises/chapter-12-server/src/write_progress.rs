//! A client that takes nothing is let go.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use connections::Transport;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// A transport whose writes fail with [`io::ErrorKind::TimedOut`]
/// when the other end takes nothing for a time.
///
/// It stands at the socket. A clock around the body would not do:
/// hyper stops asking a body whose client does not read, and a
/// body that nobody asks sees no time.
///
/// A client that takes a byte now and then stays: it is slow, and
/// not gone. One that is let go, or dropped while it takes
/// nothing, leaves nothing in the kernel where the transport is a
/// [`SocketListener`](crate::SocketListener)'s: the socket closes
/// with a reset.
pub struct WriteProgress<T> {
    transport: T,
    limit: Duration,
    /// Counts while `waiting`. Made when it is needed first.
    timer: Option<Pin<Box<Sleep>>>,
    /// The last write is still waiting for the other end.
    waiting: bool,
    /// What comes before a close that must not linger.
    abort: fn(&T),
}

impl<T: Transport> WriteProgress<T> {
    /// Over any transport; it is closed as it closes by itself.
    pub fn new(transport: T, limit: Duration) -> Self {
        Self::aborting(transport, limit, |_| {})
    }

    /// Calls `abort` before a transport is closed whose other end
    /// takes nothing.
    pub(crate) fn aborting(
        transport: T,
        limit: Duration,
        abort: fn(&T),
    ) -> Self {
        Self {
            transport,
            limit,
            timer: None,
            waiting: false,
            abort,
        }
    }

    /// Passes on what the transport said of a write, or says that
    /// the time is over.
    fn judged<R>(
        &mut self,
        context: &mut Context<'_>,
        taken: Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        if taken.is_ready() {
            self.waiting = false;
            return taken;
        }
        let end = Instant::now() + self.limit;
        let timer = self.timer.get_or_insert_with(|| {
            Box::pin(tokio::time::sleep_until(end))
        });
        if !self.waiting {
            self.waiting = true;
            timer.as_mut().reset(end);
        }
        ready!(timer.as_mut().poll(context));
        let limit = self.limit;
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("the client took nothing for {limit:?}"),
        )))
    }
}

impl<T> Drop for WriteProgress<T> {
    fn drop(&mut self) {
        if self.waiting {
            (self.abort)(&self.transport);
        }
    }
}

impl<T: Transport> AsyncRead for WriteProgress<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.transport).poll_read(context, buffer)
    }
}

impl<T: Transport> AsyncWrite for WriteProgress<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let transport = Pin::new(&mut self.transport);
        let taken = transport.poll_write(context, bytes);
        self.judged(context, taken)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.transport).poll_flush(context);
        self.judged(context, flushed)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let ended =
            Pin::new(&mut self.transport).poll_shutdown(context);
        self.judged(context, ended)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let transport = Pin::new(&mut self.transport);
        let taken = transport.poll_write_vectored(context, pieces);
        self.judged(context, taken)
    }

    fn is_write_vectored(&self) -> bool {
        self.transport.is_write_vectored()
    }
}
