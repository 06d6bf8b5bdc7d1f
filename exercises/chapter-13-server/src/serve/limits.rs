//! The limits: what one client, and all of them, may take.

use std::time::Duration;

/// Every limit of a server, one field each. [`Limits::default`]
/// is for anybody, [`Limits::lean`] for very many slow clients.
///
/// No time is longer than a year, and only `notice` and `grace`
/// may be zero.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections served at once, at least 1. The next ones wait
    /// in the kernel's queue.
    pub connections: usize,
    /// How long a client may take for the head of a request, from
    /// the moment when the server waits for it; and for the
    /// handshake of TLS.
    pub header: Duration,
    /// How long a connection may wait between an answer and the
    /// next request. Where `header` is shorter, that counts.
    pub idle: Duration,
    /// How long a connection may live, whatever it does.
    pub total: Duration,
    /// How long a client may send nothing of a body that the
    /// server waits for.
    pub read_progress: Duration,
    /// How long a client may take nothing of what was sent.
    pub write_progress: Duration,
    /// What hyper collects for a client before it waits for it:
    /// bytes, at least 8,192. A head must fit into it, too, and
    /// its fields into 16 KiB, whatever this is.
    pub write_buffer: usize,
    /// Bytes that the kernel takes and has not sent yet, where it
    /// has such a limit: Linux. 0 is its own: no limit.
    pub unsent: u32,
    /// The kernel's send buffer, in bytes. `None`: it grows by
    /// itself, on Linux to 4 MiB.
    pub send_buffer: Option<usize>,
    /// How long a server that is asked to stop says so on
    /// `/ready`, before it refuses connections.
    pub notice: Duration,
    /// How long the requests in flight have to come to their end.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            header: Duration::from_secs(20),
            idle: Duration::from_secs(15),
            total: Duration::from_secs(24 * 60 * 60),
            read_progress: Duration::from_secs(30),
            write_progress: Duration::from_secs(30),
            write_buffer: 64 * 1024,
            unsent: 512 * 1024,
            send_buffer: None,
            notice: Duration::ZERO,
            grace: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// For very many slow clients: little is held for each of
    /// them, here and in the kernel. Fast clients get less speed.
    pub fn lean() -> Self {
        Self {
            connections: 16 * 1024,
            write_buffer: 16 * 1024,
            unsent: 16 * 1024,
            send_buffer: Some(64 * 1024),
            ..Self::default()
        }
    }
}
