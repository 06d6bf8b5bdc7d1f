//! Checks of the port for whoever runs the server, over pipes in
//! memory.

use std::future::pending;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use connections::Listener;
use lab::Steps;
use lab_net::Connection;
use server::{Limits, Watch, serve_operations};
use tokio::io::{DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::time::{Duration, Instant, timeout};

use crate::stage::{ask, body, closed, hours};
use crate::{AGES, MOMENT};

/// Shorter than the default of every limit.
const SHORT: Duration = Duration::from_secs(5);

/// Where the operators' connections come from.
struct Pipes(mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Pipes {
    type Transport = DuplexStream;

    async fn accept(
        &mut self,
    ) -> io::Result<(DuplexStream, SocketAddr)> {
        match self.0.recv().await {
            Some(pipe) => Ok((pipe, (Ipv4Addr::LOCALHOST, 1).into())),
            None => pending().await,
        }
    }
}

/// The port, and a way to connect to it.
struct Port {
    arrivals: mpsc::UnboundedSender<DuplexStream>,
    serving: tokio::task::JoinHandle<()>,
}

impl Port {
    fn open(operators: Limits) -> Self {
        let (arrivals, waiting) = mpsc::unbounded_channel();
        let watch = Watch::default();
        let serving =
            serve_operations(Pipes(waiting), watch, operators);
        Self {
            arrivals,
            serving: tokio::spawn(serving),
        }
    }

    fn connect(&self, steps: &Steps) -> Connection<DuplexStream> {
        let (client, there) = duplex(64 * 1024);
        let sent = self.arrivals.send(there);
        steps.holds("the port listens", sent.is_ok());
        Connection::over(client).patience(AGES)
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub async fn limited(steps: Steps) {
    for connections in [1, 3] {
        at_once(&steps, connections).await;
    }
    steps.step("an operator connects, and says nothing");
    let port = Port::open(Limits {
        header: SHORT,
        ..hours()
    });
    let mut silent = port.connect(&steps);
    lasts(&steps, &mut silent, SHORT).await;
    steps.step("an operator asks once, and says nothing more");
    let port = Port::open(Limits {
        idle: SHORT,
        ..hours()
    });
    let mut idle = port.connect(&steps);
    let head = ask(&steps, &mut idle, "/healthz").await;
    body(&steps, &mut idle, &head).await;
    lasts(&steps, &mut idle, SHORT).await;
}

/// So many operators are served, and the next one waits for the end
/// of one of them.
async fn at_once(steps: &Steps, connections: usize) {
    let port = Port::open(Limits {
        connections,
        ..hours()
    });
    let mut all = Vec::new();
    for nth in 1..=connections {
        let mut client = port.connect(steps);
        // On this clock, all that can happen happens before it ends.
        let asked = ask(steps, &mut client, "/healthz");
        let asked = timeout(MOMENT, asked).await;
        let what = format!("operator {nth} of {connections} is served");
        let head = steps.succeeds(what, asked);
        steps.equal("status", &head.status, &200);
        body(steps, &mut client, &head).await;
        all.push(client);
    }
    steps.step(format!("one more operator beside {connections}"));
    let mut more = port.connect(steps);
    let request = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    let sent = more.sender.send(request).await;
    steps.succeeds("send the request", sent);
    let early = timeout(MOMENT, more.receiver.final_head()).await;
    steps.holds("one more operator waits", early.is_err());
    steps.step("one of those before it leaves");
    all.pop();
    let head = more.receiver.final_head().await;
    let head = steps.succeeds("the head of a response", head);
    steps.equal("status", &head.status, &200);
}

/// The connection ends after exactly this time.
async fn lasts(
    steps: &Steps,
    client: &mut Connection<DuplexStream>,
    limit: Duration,
) {
    let started = Instant::now();
    steps.holds("the connection ends", closed(client).await);
    let took = started.elapsed().as_millis();
    let what = "milliseconds of silence";
    steps.at_least(what, took, limit.as_millis());
    steps.at_most(what, took, limit.as_millis() + 100);
}
