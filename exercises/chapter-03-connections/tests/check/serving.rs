//! Checks of `serve`: many clients, good and bad.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connections::{
    BoxError, Connection, Open, ServeLimits, Shutdown, Transport,
    Trigger, serve, shutdown,
};
use futures_util::future::BoxFuture;
use lab::Steps;
use lab_net::peer::{Peer, Seen};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::queue::{Callers, Queue, peer, queue};
use crate::until;

/// What a client of these checks is answered.
pub const GREETING: &[u8] = b"hello\n";
/// The wait after a failed accept.
pub const PAUSE: Duration = Duration::from_secs(1);

/// So many connections at once.
pub fn at_once(connections: usize) -> ServeLimits {
    ServeLimits {
        connections,
        pause: PAUSE,
    }
}

/// Reads one byte, which tells what becomes of the connection.
pub async fn greet(
    connection: Connection<Box<dyn Transport>>,
) -> Result<(), BoxError> {
    let mut wire = connection.transport;
    match wire.read_u8().await? {
        b'e' => return Err("a connection that fails".into()),
        b'p' => panic!("a connection that panics"),
        _ => wire.write_all(GREETING).await?,
    }
    Ok(wire.shutdown().await?)
}

pub async fn silent_client(steps: Steps) {
    let (listener, callers) = queue();
    let met = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&met);
    let noting: Greeter = Box::new(move |connection| {
        if let Ok(mut list) = list.lock() {
            list.push(connection.peer);
        }
        Box::pin(greet(connection))
    });
    let (_trigger, server) = start(listener, at_once(1000), noting);
    for silent in [1, 998] {
        steps.step(format!(
            "{silent} clients connect and say nothing, then two ask; \
             there is room for 1000"
        ));
        let silent: Vec<Seen> = (0..silent)
            .map(|_| call(&steps, &callers, Peer::new()))
            .collect();
        for _ in 0..2 {
            let seen = call(&steps, &callers, Peer::new().sends(b"g"));
            expect_greeted(&steps, &seen).await;
        }
        let there = silent.iter().all(|seen| !seen.is_dropped());
        steps.holds("the silent clients are still there", there);
    }
    let met = met.lock().map(|list| list.clone()).unwrap_or_default();
    let expected: Vec<_> = (0..callers.accepted()).map(peer).collect();
    steps.equal("the first peers", &&met[..3], &&expected[..3]);
    steps.holds("the other peers", met == expected);

    steps.step("nobody comes, for ten seconds");
    let before = callers.asked();
    sleep(Duration::from_secs(10)).await;
    let asked = callers.asked() - before;
    steps.at_most("looks at the listener", asked, 1000);
    server.abort();
}

pub async fn bad_connection(steps: Steps) {
    steps.expect_panics();
    let (listener, callers) = queue();
    let (_trigger, server) = start(listener, at_once(3), greeter());
    let bad = [
        ("fails", Peer::new().sends(b"e")),
        ("panics", Peer::new().sends(b"p")),
        ("is reset", Peer::new().resets()),
        ("ends at once", Peer::new().ends()),
    ];
    let beside =
        call(&steps, &callers, Peer::new().stalls().sends(b"g"));
    for (fate, peer) in bad {
        steps.step(format!(
            "four connections, one after the other, each of which \
             {fate}; then a good one; two places are free"
        ));
        for _ in 0..4 {
            let bad = call(&steps, &callers, peer.clone());
            let gone = until(|| bad.is_dropped()).await;
            steps.holds("the bad connection is closed", gone);
        }
        let seen = call(&steps, &callers, Peer::new().sends(b"g"));
        expect_greeted(&steps, &seen).await;
    }
    steps.step("a connection that was open all the time goes on");
    beside.resume();
    expect_greeted(&steps, &beside).await;
    server.abort();
}

pub async fn limit(steps: Steps) {
    const LIMIT: usize = 3;
    let (listener, callers) = queue();
    let gauge = Arc::new(Gauge::default());
    let counted = Arc::clone(&gauge);
    let counting: Greeter = Box::new(move |connection| {
        let place = Place::taken(&counted);
        Box::pin(async move {
            let _place = place;
            greet(connection).await
        })
    });
    let (_trigger, server) = start(listener, at_once(LIMIT), counting);

    steps.step("ten clients connect at once, and say nothing yet");
    let clients: Vec<Seen> = (0..10)
        .map(|_| {
            let peer = Peer::new().stalls().sends(b"g");
            call(&steps, &callers, peer)
        })
        .collect();
    sleep(PAUSE).await;
    steps.equal("served at once", &gauge.now.load(SeqCst), &LIMIT);
    // One more may be held ready, but the rest waits outside.
    let accepted = callers.accepted();
    steps.at_most("accepted", accepted, LIMIT + 1);

    steps.step("one after the other asks, and leaves");
    for (index, seen) in clients.iter().enumerate() {
        seen.resume();
        expect_greeted(&steps, seen).await;
        sleep(PAUSE).await;
        let expected = (clients.len() - index - 1).min(LIMIT);
        let now = gauge.now.load(SeqCst);
        steps.equal("served at once", &now, &expected);
    }
    let peak = gauge.peak.load(SeqCst);
    steps.at_most("most connections at once", peak, LIMIT);
    server.abort();
}

/// How many connections are served, and were at most.
#[derive(Default)]
struct Gauge {
    now: AtomicUsize,
    peak: AtomicUsize,
}

/// One connection in the gauge, until it is dropped.
struct Place(Arc<Gauge>);

impl Place {
    fn taken(gauge: &Arc<Gauge>) -> Self {
        let now = gauge.now.fetch_add(1, SeqCst) + 1;
        gauge.peak.fetch_max(now, SeqCst);
        Self(Arc::clone(gauge))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, SeqCst);
    }
}

/// What becomes of a connection. A box, and `spawn` takes one
/// too: each type would compile a server of its own.
pub type Greeter =
    Box<dyn Fn(Connection<Box<dyn Transport>>) -> Life + Send + Sync>;
type Life = BoxFuture<'static, Result<(), BoxError>>;

/// Greets whoever sends a byte.
pub fn greeter() -> Greeter {
    Box::new(|connection| Box::pin(greet(connection)))
}

/// Starts a server.
pub fn start(
    listener: Queue,
    limits: ServeLimits,
    on_connection: Greeter,
) -> (Trigger, JoinHandle<Open>) {
    let (trigger, stop) = shutdown();
    (trigger, start_with(listener, limits, stop, on_connection))
}

/// Starts a server that is asked to stop by somebody else.
pub fn start_with(
    listener: Queue,
    limits: ServeLimits,
    stop: Shutdown,
    on_connection: Greeter,
) -> JoinHandle<Open> {
    let serving: BoxFuture<'static, Open> =
        Box::pin(serve(listener, limits, stop, on_connection));
    tokio::spawn(serving)
}

/// A peer connects to a server that must be there.
pub fn call(steps: &Steps, callers: &Callers, peer: Peer) -> Seen {
    match callers.call(peer) {
        Some(seen) => seen,
        None => steps.fail("a server that listens", "it has ended"),
    }
}

/// The peer gets its greeting, and its end.
pub async fn expect_greeted(steps: &Steps, seen: &Seen) {
    let ended = until(|| seen.is_ended()).await;
    steps.holds("the client is answered", ended);
    steps.equal_bytes("the answer", &seen.received(), GREETING);
}
