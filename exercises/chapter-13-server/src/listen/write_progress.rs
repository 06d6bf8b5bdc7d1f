//! Drops a client that takes nothing.
//!
//! We provide this file, because it polls by hand.

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

/// A transport whose writes fail with [`io::ErrorKind::TimedOut`] when
/// the other end has taken nothing for a while.
///
/// It wraps the socket, not the body. hyper stops polling a body whose
/// client doesn't read, and a body that isn't polled can't notice that
/// time passes.
///
/// A client that takes a byte now and then is slow, but not gone, so it
/// stays. Two more things are true for connections of a
/// [`SocketListener`](crate::SocketListener):
///
/// - A client that is dropped while it takes nothing leaves no bytes in
///   the kernel, because the socket is closed with a reset. A
///   connection whose response isn't complete is closed with a reset,
///   too. If no length was promised, as in HTTP/1.0, an ordinary close
///   would look like the end of the response.
/// - After the server's last byte, whatever the client still sends is
///   read for a while, and discarded. Closing a socket with unread
///   bytes is a reset, which would destroy what the client hasn't read
///   yet: the response that says why it was refused.
pub struct WriteProgress<T> {
    transport: T,
    limit: Duration,
    /// Runs while `waiting`. Created when it's first needed.
    timer: Option<Pin<Box<Sleep>>>,
    /// Whether the last write is still waiting for the other end.
    waiting: bool,
    /// Sets SO_LINGER to 0, which makes the close a reset.
    abort: fn(&T),
    /// Reads on after the last byte, if that's wanted.
    linger: Option<Linger>,
}

impl<T: Transport> WriteProgress<T> {
    /// Wraps any transport. The transport is closed in its own way,
    /// without a reset.
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

    /// Passes on the result of a write, or returns an error if the time
    /// is over.
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
            format!("the client took no bytes for {limit:?}"),
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
