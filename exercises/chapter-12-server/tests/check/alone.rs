//! Checks of one connection alone, without a server around it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use connections::{Connection, Trigger, shutdown};
use lab::Steps;
use server::on_connection;
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
    steps.step(match asked {
        false => "a client that takes a byte now and then, for ever",
        true => "the same, and the connection is asked to stop",
    });
    let service = Router::new()
        .route("/", get(async || crate::counting::endless()));
    let (client, connection, trigger) = alone(NOBODY);
    let mut limits = hours();
    limits.total = 10 * limits.header;
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
    let all = started.elapsed() >= total;
    steps.holds("it has all of its time", all);
    let failed = steps.succeeds("the connection", ended);
    steps.holds("the connection's end is an error", failed);
    reading.abort();
}
