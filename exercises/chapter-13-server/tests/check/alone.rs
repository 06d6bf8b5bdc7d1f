//! Checks of one connection alone, without a server around it.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::get;
use connections::{Connection, Trigger, shutdown};
use lab::Steps;
use lab_net::peer::Peer;
use server::{Limits, on_connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep, timeout};

use crate::limits::{SHORT, SOON};
use crate::stage::hours;

/// The peer of a connection that has none.
const NOBODY: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);

/// A connection over a pipe, without a server around it.
fn alone(peer: SocketAddr) -> (DuplexStream, Alone, Trigger) {
    let (pipe, transport) = tokio::io::duplex(64);
    let (trigger, shutdown) = shutdown();
    let connection = Connection {
        transport,
        peer,
        shutdown,
    };
    (pipe, connection, trigger)
}

type Alone = Connection<DuplexStream>;

/// Whoever writes the log must learn why it ended.
pub async fn late_head(steps: &Steps) {
    steps.step("the beginning of a head, and then nothing");
    let (mut pipe, connection, _trigger) = alone(NOBODY);
    let mut limits = hours();
    limits.header = SHORT;
    let sent = pipe.write_all(b"GET / HTTP/1.1\r\nHo").await;
    steps.succeeds("send the beginning", sent);
    let serving = on_connection(connection, Router::new(), &limits);
    let ended = timeout(SOON, serving).await;
    let ended = steps.succeeds("it is let go", ended);
    steps.holds("a late head is an error", ended.is_err());
}

/// Without the wrapper at the socket, the total limit is left:
/// also where the connection was `asked` to stop.
pub async fn total(steps: &Steps, asked: bool) {
    steps.step(if asked {
        "the same, and the connection is asked to stop"
    } else {
        "a client that takes a byte now and then, forever"
    });
    let service = Router::new()
        .route("/", get(async || crate::counting::endless()));
    let (client, connection, trigger) = alone(NOBODY);
    let mut limits = hours();
    limits.total = 40 * limits.header + Duration::from_millis(500);
    let (total, late) = (limits.total, limits.total * 2);
    let started = Instant::now();
    let serving = tokio::spawn(async move {
        on_connection(connection, service, &limits).await.is_err()
    });
    let (mut reader, mut writer) = tokio::io::split(client);
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let sent = writer.write_all(request).await;
    steps.succeeds("send the request", sent);
    let reading = tokio::spawn(async move {
        let mut byte = [0];
        while reader.read(&mut byte).await.is_ok_and(|read| read > 0) {
            sleep(Duration::from_secs(60)).await;
        }
    });
    sleep(SOON).await;
    if asked {
        trigger.request();
    }
    let ended = timeout(late, serving).await;
    let ended =
        steps.succeeds("it is let go at the total limit", ended);
    let took = started.elapsed().as_millis();
    let lived = "milliseconds that the connection lived";
    steps.at_least(lived, took, total.as_millis());
    // One limit for all of it: nothing makes it begin anew.
    let most = total + SHORT;
    steps.at_most(lived, took, most.as_millis());
    let failed = steps.succeeds("the connection", ended);
    steps.holds("the connection's end is an error", failed);
    reading.abort();
}

/// What `on_connection` returns is all that the log can tell.
pub async fn results(steps: Steps) {
    let hello = || Router::new().route("/", get(async || "hello"));
    let once: &[u8] =
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let kept: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut limits = hours();
    limits.idle = SHORT;
    for (what, request, leave, fails) in [
        ("the client asks for an end", once, Leave::Stays, false),
        ("it is idle for too long", kept, Leave::Stays, false),
        ("it is asked to stop", kept, Leave::IsAsked, false),
        (
            "the client leaves after its answer",
            kept,
            Leave::Goes,
            false,
        ),
        ("what comes is no HTTP", b"\0\r\n\r\n", Leave::Stays, true),
    ] {
        steps.step(format!("a connection, and {what}"));
        let ended = result(&steps, hello(), request, leave, &limits);
        let failed = ended.await.is_err();
        steps.equal("it ends with an error", &failed, &fails);
    }
    for (what, leave) in [
        ("an answer", Leave::Goes),
        ("its last answer, since it was asked to stop", Leave::Both),
    ] {
        steps
            .step(format!("the client leaves in the middle of {what}"));
        let endless = Router::new()
            .route("/", get(async || crate::counting::endless()));
        let ended = result(&steps, endless, kept, leave, &limits);
        let failed = ended.await.is_err();
        steps.equal("it ends with an error", &failed, &true);
    }
    half_a_message(&steps).await;
    broken_transport(&steps).await;
}

/// A message that stops in the middle is an error, whether it is a
/// head or an upload.
async fn half_a_message(steps: &Steps) {
    let heads: [&[u8]; 5] = [
        b"G",
        b"GET / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nfou",
    ];
    for sent in heads {
        let shown = sent.escape_ascii();
        steps.step(format!("the client sends {shown}, and leaves"));
        let (mut pipe, connection, _trigger) = alone(NOBODY);
        let service = Router::new().route(
            "/",
            get(async || "").post(async |_: Bytes| "all of it"),
        );
        let serving = tokio::spawn(async move {
            let limits = hours();
            let ended = on_connection(connection, service, &limits);
            ended.await.is_err()
        });
        let sent = pipe.write_all(sent).await;
        steps.succeeds("send it", sent);
        // What is answered so far must not stand in the way.
        let mut some = [0; 1024];
        let soon = Duration::from_secs(1);
        while let Ok(Ok(1..)) =
            timeout(soon, pipe.read(&mut some)).await
        {}
        drop(pipe);
        let ended = timeout(SOON, serving).await;
        let ended = steps.succeeds("`on_connection` returns", ended);
        let failed = steps.succeeds("the connection", ended);
        steps.equal("it ends with an error", &failed, &true);
    }
}

/// What a socket can say: a timeout is what `WriteProgress` makes of
/// a client that takes nothing.
const KINDS: [ErrorKind; 6] = [
    ErrorKind::ConnectionReset,
    ErrorKind::ConnectionAborted,
    ErrorKind::BrokenPipe,
    ErrorKind::TimedOut,
    ErrorKind::NotConnected,
    ErrorKind::Other,
];

/// The transport's own errors arrive, whatever their kind.
async fn broken_transport(steps: &Steps) {
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for kind in KINDS {
        let reads = Peer::new().sends(&request[..20]).fails(kind);
        let writes = Peer::new().sends(request).breaks_after(100);
        for (what, peer) in [
            ("reads fail in the middle of a head", reads),
            ("writes fail in the middle of an answer", writes),
        ] {
            steps.step(format!("{what}: {kind:?}"));
            let (wire, _seen) = peer.breaks_with(kind).in_memory();
            let (_trigger, shutdown) = shutdown();
            let connection = Connection {
                transport: wire,
                peer: NOBODY,
                shutdown,
            };
            let service = Router::new()
                .route("/", get(async || crate::counting::endless()));
            let limits = hours();
            let ended = on_connection(connection, service, &limits);
            let ended = timeout(SOON, ended).await;
            let ended =
                steps.succeeds("`on_connection` returns", ended);
            let failed = ended.is_err();
            steps.equal("it ends with an error", &failed, &true);
        }
    }
}

/// What happens after the request was sent.
#[derive(Clone, Copy, PartialEq)]
enum Leave {
    Stays,
    IsAsked,
    Goes,
    Both,
}

/// The result of a connection on which this request is sent, and
/// 64 bytes of the answer are read.
async fn result(
    steps: &Steps,
    service: Router,
    request: &[u8],
    leave: Leave,
    limits: &Limits,
) -> Result<(), String> {
    let (mut pipe, connection, trigger) = alone(NOBODY);
    let limits = limits.clone();
    let serving = tokio::spawn(async move {
        let ended = on_connection(connection, service, &limits).await;
        ended.map_err(|error| error.to_string())
    });
    let sent = pipe.write_all(request).await;
    steps.succeeds("send the request", sent);
    let mut some = vec![0; 64];
    let read = pipe.read_exact(&mut some).await;
    steps.succeeds("the beginning of an answer", read);
    if matches!(leave, Leave::IsAsked | Leave::Both) {
        trigger.request();
        sleep(Duration::from_secs(1)).await;
    }
    let mut rest = Vec::new();
    if matches!(leave, Leave::Goes | Leave::Both) {
        // What a small answer has left comes first.
        let soon = Duration::from_secs(1);
        let mut some = [0; 256];
        let _ = timeout(soon, pipe.read(&mut some)).await;
        drop(pipe);
    } else {
        let ended = timeout(SOON, pipe.read_to_end(&mut rest)).await;
        steps.succeeds("the connection ends", ended).ok();
    }
    let ended = timeout(SOON, serving).await;
    let ended = steps.succeeds("`on_connection` returns", ended);
    steps.succeeds("the connection", ended)
}
