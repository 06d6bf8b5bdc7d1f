//! A server over pipes in memory: nothing is hidden by a kernel,
//! and the clock may stand still.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use addresses::AllowList;
use axum::Router;
use connections::Listener;
use lab::Steps;
use lab_net::Connection;
use lab_net::client::Head;
use server::{
    Drained, Limits, Server, Signals, Tls, Watch, WriteProgress, run,
};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::AGES;
use crate::parts::Parts;

/// What a pipe holds in each direction, in bytes.
const PIPE: usize = 4 * 1024;

/// A server, and what moves it.
pub struct Stage {
    pub steps: Steps,
    pub parts: Parts,
    pub watch: Watch,
    pub reads: Arc<AtomicUsize>,
    arrivals: mpsc::UnboundedSender<Arrival>,
    signals: Option<mpsc::Sender<()>>,
    running: JoinHandle<Drained>,
}

/// A connection that arrives, or an error in place of one.
type Arrival = io::Result<(Wire, SocketAddr)>;

/// What a check may set before the server starts.
pub struct Setting {
    pub limits: Limits,
    pub allow: AllowList,
    pub tls: Option<Tls>,
    pub routes: fn(Router, &Watch) -> Router,
}

impl Stage {
    /// A server whose limits are an hour each: a check sets those
    /// that it is about.
    pub fn start(
        steps: &Steps,
        change: impl FnOnce(&mut Setting),
    ) -> Self {
        let mut setting = Setting {
            limits: hours(),
            allow: steps.succeeds("allow", "0.0.0.0/0,::/0".parse()),
            tls: None,
            routes: |parts, watch| server::router(parts, watch.clone()),
        };
        change(&mut setting);
        let (parts, watch) = (Parts::new(), Watch::default());
        let (arrivals, waiting) = mpsc::unbounded_channel();
        let (signals, receiver) = mpsc::channel(4);
        let reads = Arc::default();
        let listener = Pipes {
            waiting,
            patience: setting.limits.write_progress,
        };
        let server = Server {
            router: (setting.routes)(parts.router(), &watch),
            allow: setting.allow,
            tls: setting.tls,
            limits: setting.limits,
            readiness: watch.readiness.clone(),
            connections: watch.connections.clone(),
        };
        let signals_in = Signals::injected(receiver);
        let running =
            tokio::spawn(run(listener, Arc::new(server), signals_in));
        Self {
            steps: steps.clone(),
            parts,
            watch,
            reads,
            arrivals,
            signals: Some(signals),
            running,
        }
    }

    /// A client of this machine.
    pub fn connect(&self) -> Connection<DuplexStream> {
        self.connect_from(Ipv4Addr::LOCALHOST.into())
    }

    /// A client with that address.
    pub fn connect_from(
        &self,
        peer: IpAddr,
    ) -> Connection<DuplexStream> {
        Connection::over(self.pipe_from(peer)).patience(AGES)
    }

    /// The client's end of a connection, without HTTP.
    pub fn pipe_from(&self, peer: IpAddr) -> DuplexStream {
        let (client, server) = duplex(PIPE);
        let wire = Wire {
            pipe: server,
            reads: Arc::clone(&self.reads),
        };
        let arrival = Ok((wire, SocketAddr::new(peer, 4321)));
        let sent = self.arrivals.send(arrival);
        self.steps.holds("the server accepts", sent.is_ok());
        client
    }

    /// An accept that fails, as it does without descriptors.
    pub fn fail_accept(&self) {
        let error = io::Error::other("too many open files");
        let sent = self.arrivals.send(Err(error));
        self.steps.holds("the server accepts", sent.is_ok());
    }

    /// Whether new connections are refused.
    pub fn refuses(&self) -> bool {
        self.arrivals.is_closed()
    }

    /// A signal that asks the server to stop.
    pub async fn signal(&self) {
        self.steps.step("send a signal");
        if let Some(signals) = &self.signals {
            let sent = signals.send(()).await;
            self.steps.succeeds("the server hears it", sent);
        }
    }

    /// Takes away whoever could send one.
    pub fn lose_signals(&mut self) {
        self.signals = None;
    }

    /// Waits for the server's end.
    pub async fn end(self) -> (Drained, Parts) {
        let ended = timeout(AGES, self.running).await;
        let ended = self.steps.succeeds("the server ends", ended);
        (self.steps.succeeds("the server", ended), self.parts)
    }
}

/// Limits that no check meets by accident.
pub fn hours() -> Limits {
    let hour = Duration::from_secs(60 * 60);
    Limits {
        connections: 100,
        header: hour,
        idle: hour,
        total: 100 * hour,
        read_progress: hour,
        write_progress: hour,
        drain_delay: Duration::ZERO,
        drain_timeout: hour,
        ..Limits::default()
    }
}

/// Sends a request, and reads the head of its answer.
pub async fn ask<S: AsyncRead + AsyncWrite>(
    steps: &Steps,
    connection: &mut Connection<S>,
    target: &str,
) -> Head {
    steps.step(format!("GET {target}"));
    let text =
        format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let sent = connection.sender.send(text.as_bytes()).await;
    steps.succeeds("send the request", sent);
    let head = connection.receiver.final_head().await;
    steps.succeeds("the head of an answer", head)
}

/// Reads the rest of an answer; it must be whole.
pub async fn body<S: AsyncRead + AsyncWrite>(
    steps: &Steps,
    connection: &mut Connection<S>,
    head: &Head,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let body = connection.receiver.body(head, "GET");
    let mut body = steps.succeeds("a body", body);
    loop {
        let chunk = body.next(64 * 1024).await;
        match steps.succeeds("the body, whole", chunk) {
            Some(chunk) => bytes.extend_from_slice(&chunk),
            None => return bytes,
        }
    }
}

/// Waits until the server ends the connection; what else comes is
/// dropped.
pub async fn closed<S: AsyncRead + AsyncWrite>(
    connection: &mut Connection<S>,
) -> bool {
    let end = connection.receiver.rest(64 << 20).await;
    !matches!(end.1, Some(lab_net::client::Error::Silent { .. }))
}

/// Where the connections come from.
struct Pipes {
    waiting: mpsc::UnboundedReceiver<Arrival>,
    patience: Duration,
}

impl Listener for Pipes {
    type Transport = WriteProgress<Wire>;

    async fn accept(
        &mut self,
    ) -> io::Result<(Self::Transport, SocketAddr)> {
        match self.waiting.recv().await {
            Some(Ok((wire, peer))) => {
                Ok((WriteProgress::new(wire, self.patience), peer))
            }
            Some(Err(error)) => Err(error),
            None => std::future::pending().await,
        }
    }
}

/// The server's end of a pipe. It counts the reads.
struct Wire {
    pipe: DuplexStream,
    reads: Arc<AtomicUsize>,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.pipe).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.pipe).poll_write(context, bytes)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        chunks: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.pipe).poll_write_vectored(context, chunks)
    }

    fn is_write_vectored(&self) -> bool {
        self.pipe.is_write_vectored()
    }
}
