//! Sockets, and what the kernel may hold for them.
//!
//! Given: it polls by hand, and sets socket options.

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

/// A TCP socket that connections come from, each with its limits.
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

    /// Where it listens, with the port that the system chose.
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

/// Asks the kernel to use a small socket buffer. If it refuses, that isn't an
/// error: the connection works without.
fn tune(stream: &TcpStream, limits: &Limits) {
    let socket = SockRef::from(stream);
    if let Some(bytes) = limits.send_buffer.filter(|bytes| *bytes > 0) {
        let _ = socket.set_send_buffer_size(bytes);
    }
    limit_unsent(&socket, limits.unsent_low_water);
    limit_silence(&socket, limits.write_progress);
}

/// TCP_NOTSENT_LOWAT: a socket with so many unsent bytes takes no
/// more. What is on its way to the client does not count, so a
/// fast one is not slowed down.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn limit_unsent(socket: &SockRef<'_>, bytes: u32) {
    if bytes > 0 {
        let _ = socket.set_tcp_notsent_lowat(bytes);
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn limit_unsent(_: &SockRef<'_>, _: u32) {}

/// TCP_USER_TIMEOUT (RFC 5482): the kernel lets a client go that
/// takes nothing, also after the server has closed its side. An
/// answer that fits whole into the kernel's buffer is only seen
/// there.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn limit_silence(socket: &SockRef<'_>, limit: Duration) {
    let _ = socket.set_tcp_user_timeout(Some(limit));
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn limit_silence(_: &SockRef<'_>, _: Duration) {}

/// A client's TCP connection, which others can look at while
/// hyper has it.
pub struct Socket {
    line: Line,
}

/// What is known about a [`Socket`]. Clones are about the same
/// one.
#[derive(Clone)]
pub(crate) struct Line {
    stream: Arc<TcpStream>,
    sent: Arc<AtomicU64>,
    full: Arc<AtomicBool>,
}

impl Line {
    /// Bytes that the kernel has taken so far.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether a write waits until the client takes something.
    pub(crate) fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }

    /// Whether the client has closed its direction, also if there
    /// are bytes before that which nobody has read.
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

    /// Makes the close a reset: the kernel drops what the client
    /// has not taken. A plain close would keep it, megabytes a
    /// client, until the kernel has lost its patience too. And a
    /// plain close looks like the end of a response that has none
    /// of its own.
    pub(crate) fn close_with_reset(&self) {
        let _ = self.line.stream.set_zero_linger();
    }

    /// Tries `write` until the kernel takes something.
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
            // Not into cleared memory: an idle connection would keep
            // all of hyper's buffer.
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

    /// The kernel has what was written.
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
