//! A client that takes nothing is let go.
//!
//! Given: it polls by hand.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use connections::Transport;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::listen::linger::Linger;
use crate::listen::socket::Socket;
use crate::serve::presence;

/// A transport whose writes fail with [`io::ErrorKind::TimedOut`]
/// when the other end takes nothing for a time.
///
/// It stands at the socket. A clock around the body would not do:
/// hyper stops asking a body whose client does not read, and a
/// body that nobody asks sees no time.
///
/// A client that takes a byte now and then stays: it is slow, and
/// not gone. Two more things hold where the transport is a
/// [`SocketListener`](crate::SocketListener)'s:
///
/// - A client that is let go, or dropped while it takes nothing,
///   leaves nothing in the kernel: the socket closes with a reset.
///   So does a connection whose response is not complete. A plain
///   close would be its end where no length was promised, as in
///   HTTP/1.0.
/// - After the server's last byte, what still comes from the client
///   is read for a while, and discarded. A close on top of unread
///   bytes is a reset, and takes with it what the client has not
///   read: the response that says why it was refused.
pub struct WriteProgress<T> {
    transport: T,
    limit: Duration,
    /// Counts while `waiting`. Made when it is needed first.
    timer: Option<Pin<Box<Sleep>>>,
    /// The last write is still waiting for the other end.
    waiting: bool,
    /// Sets SO_LINGER to 0, so that the close is a reset.
    abort: fn(&T),
    /// Reads on after the last byte, if it should.
    linger: Option<Linger>,
}

impl<T: Transport> WriteProgress<T> {
    /// Over any transport; it is closed as it closes by itself.
    pub fn new(transport: T, limit: Duration) -> Self {
        Self {
            transport,
            limit,
            timer: None,
            waiting: false,
            abort: |_| {},
            linger: None,
        }
    }

    pub(crate) fn transport(&self) -> &T {
        &self.transport
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

impl WriteProgress<Socket> {
    pub(crate) fn over_socket(socket: Socket, limit: Duration) -> Self {
        let mut progress = Self::new(socket, limit);
        progress.abort = Socket::close_with_reset;
        progress.linger = Some(Linger::default());
        progress
    }
}

impl<T> Drop for WriteProgress<T> {
    fn drop(&mut self) {
        if self.waiting || presence::owes() {
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
        ready!(self.judged(context, ended))?;
        let Self {
            transport, linger, ..
        } = &mut *self;
        if let Some(linger) = linger {
            ready!(linger.poll(transport, context));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        chunks: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let transport = Pin::new(&mut self.transport);
        let taken = transport.poll_write_vectored(context, chunks);
        self.judged(context, taken)
    }

    fn is_write_vectored(&self) -> bool {
        self.transport.is_write_vectored()
    }
}
