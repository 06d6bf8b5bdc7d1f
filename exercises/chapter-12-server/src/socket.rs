//! Sockets, and what the kernel may hold for them.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use connections::Listener;
use socket2::SockRef;
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
    type Transport = WriteProgress<TcpStream>;

    async fn accept(
        &mut self,
    ) -> io::Result<(Self::Transport, SocketAddr)> {
        // Chapter 3's accept has set TCP_NODELAY.
        let (stream, peer) =
            Listener::accept(&mut self.listener).await?;
        tune(&stream, &self.limits);
        let limit = self.limits.write_progress;
        let stream =
            WriteProgress::aborting(stream, limit, close_at_once);
        Ok((stream, peer))
    }
}

/// Asks the kernel to hold little. A request that it refuses is no
/// error: the connection works without.
fn tune(stream: &TcpStream, limits: &Limits) {
    let socket = SockRef::from(stream);
    if let Some(bytes) = limits.send_buffer {
        let _ = socket.set_send_buffer_size(bytes);
    }
    limit_unsent(&socket, limits.unsent);
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

/// A close with a reset: the kernel drops what the client has not
/// taken. A plain close would keep it, megabytes a client, until
/// the kernel has lost its patience too.
fn close_at_once(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}
