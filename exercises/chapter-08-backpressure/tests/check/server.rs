//! A server over pipes in memory: chapter 3's connections, hyper,
//! and a body whose source is known.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use backpressure::{FileBody, serve_http};
use connections::{Listener, ServeLimits, Trigger, serve, shutdown};
use tokio::io::DuplexStream;
use tokio::sync::mpsc::{
    UnboundedReceiver, UnboundedSender, unbounded_channel,
};
use tokio::task::JoinHandle;

use crate::PATIENCE;

/// The address of everybody in these checks.
pub const NOBODY: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9);
/// More than any check has clients.
const CONNECTIONS: usize = 1000;

/// A listener in memory: pipes wait in it as in the kernel.
struct Pipes {
    waiting: UnboundedReceiver<DuplexStream>,
}

impl Listener for Pipes {
    type Transport = DuplexStream;

    async fn accept(
        &mut self,
    ) -> io::Result<(DuplexStream, SocketAddr)> {
        match self.waiting.recv().await {
            Some(end) => Ok((end, NOBODY)),
            None => std::future::pending().await,
        }
    }
}

/// A server that goes with its check.
pub struct Server {
    callers: UnboundedSender<DuplexStream>,
    serving: JoinHandle<()>,
    _trigger: Trigger,
}

impl Server {
    /// Serves a new body for each `GET /download`.
    pub fn start<
        F: Fn() -> FileBody + Clone + Send + Sync + 'static,
    >(
        make: F,
    ) -> Self {
        let answer = move || {
            let body = Body::new(make());
            async move { body }
        };
        Self::of(Router::new().route("/download", get(answer)))
    }

    fn of(router: Router) -> Self {
        let (callers, waiting) = unbounded_channel();
        let (trigger, shutdown) = shutdown();
        let limits = ServeLimits {
            connections: CONNECTIONS,
            pause: PATIENCE,
        };
        let serving = async move {
            let pipes = Pipes { waiting };
            let open =
                serve(pipes, limits, shutdown, move |connection| {
                    let router = router.clone();
                    Box::pin(serve_http(connection, router))
                });
            drop(open.await);
        };
        Self {
            callers,
            serving: tokio::spawn(serving),
            _trigger: trigger,
        }
    }

    /// A client connects over a pipe; this is the server's end.
    pub fn accept(&self, end: DuplexStream) {
        // A server that has ended is seen by its clients.
        let _ = self.callers.send(end);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
