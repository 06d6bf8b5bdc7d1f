//! Checks of `serve`: many clients, good and bad.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connections::{
    BoxError, Connection, OpenConnections, ServeLimits, Shutdown,
    Transport, Trigger, serve, shutdown,
};
use futures_util::future::BoxFuture;
use lab::Steps;
use lab_net::peer::{Peer, Seen};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;
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
    let (_trigger, server) = start(listener, at_once(5000), noting);
    for silent in [1, 4998] {
        steps.step(format!(
            "{silent} clients connect and say nothing, then two ask; \
             there is room for 5000"
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
    steps.equal("the first peers", &&met[..4], &&expected[..4]);
    steps.holds("the other peers", met == expected);

    expect_waiting(&steps, &callers, "nobody comes").await;
    server.abort();

    steps.step("a limit that nobody reaches");
    let (listener, callers) = queue();
    let most = at_once(Semaphore::MAX_PERMITS);
    let (_trigger, server) = start(listener, most, greeter());
    let seen = call(&steps, &callers, Peer::new().sends(b"g"));
    expect_greeted(&steps, &seen).await;
    server.abort();

    // Of these, counts of 8, 16 and 32 bits keep nothing.
    for most in [256, 65_536, Semaphore::MAX_PERMITS / 2 + 1] {
        steps.step(format!(
            "a limit that nobody reaches: {most} connections"
        ));
        let (listener, callers) = queue();
        let (_trigger, server) =
            start(listener, at_once(most), greeter());
        let seen = call(&steps, &callers, Peer::new().sends(b"g"));
        expect_greeted(&steps, &seen).await;
        server.abort();
    }
}

/// Nothing happens, so the server does nothing. A right one is
/// polled a few times, for what happened just before.
pub async fn expect_waiting(
    steps: &Steps,
    callers: &Callers,
    why: &str,
) {
    for (time, seconds) in [("ten seconds", 10), ("an hour", 3600)] {
        steps.step(format!("{why}, for {time}"));
        let (asked, polls) = (callers.asked(), callers.polls());
        sleep(Duration::from_secs(seconds)).await;
        let asked = callers.asked() - asked;
        steps.at_most("looks at the listener", asked, 5);
        let polls = callers.polls() - polls;
        steps.at_most("times that `serve` woke up", polls, 5);
    }
}

pub async fn bad_connection(steps: Steps) {
    // More than fit into a byte.
    const BAD: usize = 300;
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
            "{BAD} connections, one after the other, each of which \
             {fate}; then a good one; two places are free"
        ));
        for _ in 0..BAD {
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
    for (fate, byte) in [("fails", b"e"), ("panics", b"p")] {
        steps.step(format!(
            "a connection {fate}, and no other is open; then a good one"
        ));
        let bad = call(&steps, &callers, Peer::new().sends(byte));
        let gone = until(|| bad.is_dropped()).await;
        steps.holds("the bad connection is closed", gone);
        sleep(PAUSE).await;
        let seen = call(&steps, &callers, Peer::new().sends(b"g"));
        expect_greeted(&steps, &seen).await;
    }
    server.abort();
}

pub async fn limit(steps: Steps) {
    // The last one is more than a byte counts.
    for most in [3, 1, 257] {
        at_most(&steps, most).await;
    }
}

async fn at_most(steps: &Steps, most: usize) {
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
    let (_trigger, server) = start(listener, at_once(most), counting);

    let count = most + 7;
    steps.step(format!(
        "{count} clients connect at once, and say nothing yet; the \
         limit is {most}"
    ));
    let clients: Vec<Seen> = (0..count)
        .map(|_| {
            let peer = Peer::new().stalls().sends(b"g");
            call(steps, &callers, peer)
        })
        .collect();
    sleep(PAUSE).await;
    steps.equal("served at once", &gauge.now.load(SeqCst), &most);
    // The rest waits outside: what is accepted has a descriptor.
    steps.equal("accepted", &callers.accepted(), &most);
    expect_waiting(steps, &callers, "every place is taken").await;

    steps.step("one after the other asks, and leaves");
    for (index, seen) in clients.iter().enumerate() {
        seen.resume();
        expect_greeted(steps, seen).await;
        sleep(PAUSE).await;
        let expected = (clients.len() - index - 1).min(most);
        let now = gauge.now.load(SeqCst);
        steps.equal("served at once", &now, &expected);
        let expected = (index + 1 + most).min(clients.len());
        steps.equal("accepted", &callers.accepted(), &expected);
    }
    let peak = gauge.peak.load(SeqCst);
    steps.at_most("most connections at once", peak, most);
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
) -> (Trigger, JoinHandle<OpenConnections>) {
    let (trigger, stop) = shutdown();
    (trigger, start_with(listener, limits, stop, on_connection))
}

/// Starts a server that is asked to stop by somebody else.
pub fn start_with(
    listener: Queue,
    limits: ServeLimits,
    stop: Shutdown,
    on_connection: Greeter,
) -> JoinHandle<OpenConnections> {
    let count = listener.poll_counter();
    let mut serving: BoxFuture<'static, OpenConnections> =
        Box::pin(serve(listener, limits, stop, on_connection));
    tokio::spawn(poll_fn(move |context| {
        count();
        serving.as_mut().poll(context)
    }))
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
