//! A separate listener for the operators of the server.
//!
//! We provide this file: it's a listener with its limits, and you write
//! what it serves.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::serve::run::serve_operations;
use crate::{Limits, SocketListener, Watch};

/// How many connections at once: enough for Prometheus and a load
/// balancer.
const CONNECTIONS: usize = 32;
/// An operator's program is nearby, so it doesn't need long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves `/healthz`, `/ready`, and `/metrics` on a port of its own, so
/// that they respond however busy the public port is.
pub struct Admin {
    listener: SocketListener,
    limits: Limits,
}

impl Admin {
    /// Listens on an address, which should not be a public one.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let limits = Limits {
            connections: CONNECTIONS,
            header: PATIENCE,
            idle: PATIENCE,
            read_progress: PATIENCE,
            write_progress: PATIENCE,
            ..Limits::default()
        };
        let listener = SocketListener::bind(address, &limits)?;
        Ok(Self { listener, limits })
    }

    /// Returns the address it listens on, with the port that the
    /// operating system chose.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.address()
    }

    /// Serves until it's dropped. It also serves while the server
    /// drains, when `/ready` responds with 503.
    pub async fn run(self, watch: Watch) {
        serve_operations(self.listener, watch, self.limits).await;
    }
}
