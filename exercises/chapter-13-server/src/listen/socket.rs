//! Sockets, and how much the kernel may buffer for each of them.
//!
//! We provide this file, because it polls by hand and sets socket
//! options.

use std::io::{self, IoSlice};
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use connections::Listener;
use futures_util::FutureExt;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::{Limits, WriteProgress};

/// A TCP socket that accepts connections, and sets the limits of each.
pub struct SocketListener {
    listener: TcpListener,
    limits: Limits,
}

impl SocketListener {
    /// Listens on an address, as chapter 3's `bind` does.
    pub fn bind(
        address: SocketAddr,
        limits: &Limits,
    ) -> io::Result<Self> {
        let listener = connections::bind(address)?;
        let limits = limits.clone();
        Ok(Self { listener, limits })
    }

    /// Returns the address it listens on, with the port that the
    /// operating system chose.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Listener for SocketListener {
    type Transport = WriteProgress<Socket>;

    async fn accept(
        &mut self,
    ) -> io::Result<(Self::Transport, SocketAddr)> {
        // Chapter 3's accept has set TCP_NODELAY.
        let (stream, peer) =
            Listener::accept(&mut self.listener).await?;
        tune(&stream, &self.limits);
        let limit = self.limits.write_progress;
        let socket = Socket::new(stream);
        Ok((WriteProgress::over_socket(socket, limit), peer))
    }
}

/// Asks the kernel to use a small socket buffer. If it refuses, that
/// isn't an error, because the connection works without one.
fn tune(stream: &TcpStream, limits: &Limits) {
    let socket = SockRef::from(stream);
    if let Some(bytes) = limits.send_buffer.filter(|bytes| *bytes > 0) {
        let _ = socket.set_send_buffer_size(bytes);
    }
    limit_unsent(&socket, limits.unsent_low_water);
    limit_silence(&socket, limits.write_progress);
}

/// Sets TCP_NOTSENT_LOWAT: a socket that holds this many unsent bytes
/// accepts no more. Bytes that are on their way to the client don't
/// count, so a fast client isn't slowed down.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn limit_unsent(socket: &SockRef<'_>, bytes: u32) {
    if bytes > 0 {
        let _ = socket.set_tcp_notsent_lowat(bytes);
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn limit_unsent(_: &SockRef<'_>, _: u32) {}

/// Sets TCP_USER_TIMEOUT (RFC 5482): the kernel drops a client that
/// takes nothing for this long, even after the server has closed its
/// side. If a whole response fits in the kernel's buffer, only the
/// kernel can notice such a client.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn limit_silence(socket: &SockRef<'_>, limit: Duration) {
    let _ = socket.set_tcp_user_timeout(Some(limit));
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn limit_silence(_: &SockRef<'_>, _: Duration) {}

/// A client's TCP connection, whose state can be read while hyper owns
/// it.
pub struct Socket {
    line: Line,
}

/// The state of a [`Socket`]. All clones refer to the same socket.
#[derive(Clone)]
pub(crate) struct Line {
    stream: Arc<TcpStream>,
    sent: Arc<AtomicU64>,
    full: Arc<AtomicBool>,
}

impl Line {
    /// Returns how many bytes the kernel has accepted so far.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Returns whether a write is waiting for the client to take
    /// something.
    pub(crate) fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }

    /// Returns whether the client has closed its direction, even if
    /// there are unread bytes before that.
    pub(crate) fn closed(&self) -> bool {
        let ready = self.stream.ready(Interest::READABLE);
        matches!(
            ready.now_or_never(),
            Some(Ok(ready)) if ready.is_read_closed()
        )
    }
}

impl Socket {
    fn new(stream: TcpStream) -> Self {
        let line = Line {
            stream: Arc::new(stream),
            sent: Arc::default(),
            full: Arc::default(),
        };
        Self { line }
    }

    pub(crate) fn line(&self) -> Line {
        self.line.clone()
    }

    /// Makes the close a reset, so that the kernel drops whatever the
    /// client hasn't taken. After an ordinary close, the kernel would
    /// keep those bytes, megabytes for each client, until it gives up,
    /// too. Besides, if a response has no length, an ordinary close
    /// looks like its end.
    pub(crate) fn close_with_reset(&self) {
        let _ = self.line.stream.set_zero_linger();
    }

    /// Calls `write` until the kernel accepts something.
    fn poll_written(
        &self,
        context: &mut Context<'_>,
        write: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let Line { stream, sent, full } = &self.line;
        loop {
            full.store(true, Ordering::Relaxed);
            ready!(stream.poll_write_ready(context))?;
            full.store(false, Ordering::Relaxed);
            match write(stream) {
                Err(error)
                    if error.kind() == io::ErrorKind::WouldBlock => {}
                written => {
                    let bytes = *written.as_ref().unwrap_or(&0);
                    sent.fetch_add(bytes as u64, Ordering::Relaxed);
                    return Poll::Ready(written);
                }
            }
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = &self.line.stream;
        loop {
            ready!(stream.poll_read_ready(context))?;
            // Not into zeroed memory, because then an idle connection
            // would keep all of hyper's buffer resident.
            match stream.try_read_buf(buffer) {
                Ok(_) => return Poll::Ready(Ok(())),
                Err(error)
                    if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_written(context, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        chunks: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_written(context, |stream| {
            stream.try_write_vectored(chunks)
        })
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Nothing to do, because the kernel already has what was written.
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
        let socket = SockRef::from(&*self.line.stream);
        Poll::Ready(socket.shutdown(Shutdown::Write))
    }
}
