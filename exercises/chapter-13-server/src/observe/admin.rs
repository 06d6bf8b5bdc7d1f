//! A listener of its own for whoever runs the server.
//!
//! Given: a listener and its limits; what it serves, you write.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::serve::run::serve_operations;
use crate::{Limits, SocketListener, Watch};

/// Connections at once: a few of Prometheus and of a balancer.
const CONNECTIONS: usize = 32;
/// Whoever asks for numbers is near, and has nothing to wait for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where `/healthz`, `/ready` and `/metrics` are served, whatever
/// the public port is busy with.
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

    /// Where it listens, with the port that the system chose.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.address()
    }

    /// Serves until it is dropped, so also while the server drains:
    /// then `/ready` says 503.
    pub async fn run(self, watch: Watch) {
        serve_operations(self.listener, watch, self.limits).await;
    }
}
