//! Checks of what a connection leaves as hyper has it, and of whom
//! its handlers see.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use axum::Router;
use axum::body::Bytes;
use axum::extract::ConnectInfo;
use axum::routing::get;
use connections::{Connection, shutdown};
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use lab::Steps;
use server::{Requests, on_connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::timeout;

use crate::MOMENT;
use crate::stage::hours;

/// More than any request or response of these checks.
const PIPE: usize = 256 * 1024;

fn router() -> Router {
    let peer = async |peer: ConnectInfo<SocketAddr>| peer.0.to_string();
    let hello = get(async || "hello").post(async |_: Bytes| "taken");
    Router::new().route("/", hello).route("/peer", get(peer))
}

/// What comes back for this, and whether the connection ends then.
async fn served(
    steps: &Steps,
    sent: &[u8],
    peer: SocketAddr,
    bare: bool,
) -> (String, bool) {
    let (mut pipe, transport) = duplex(PIPE);
    let serving = if bare {
        tokio::spawn(bare_hyper(transport, peer))
    } else {
        tokio::spawn(ours(transport, peer))
    };
    let all = pipe.write_all(sent).await;
    steps.succeeds("send it", all);
    let mut seen = Vec::new();
    let reading = pipe.read_to_end(&mut seen);
    let ended = timeout(MOMENT, reading).await.is_ok();
    serving.abort();
    (undated(&String::from_utf8_lossy(&seen)), ended)
}

async fn ours(transport: DuplexStream, peer: SocketAddr) {
    let (_trigger, shutdown) = shutdown();
    let connection = Connection {
        transport,
        peer,
        shutdown,
    };
    let limits = hours();
    // Other checks look at how it ends.
    let _ = on_connection(connection, router(), &limits).await;
}

/// hyper with the three settings that the doc comment names.
async fn bare_hyper(transport: DuplexStream, peer: SocketAddr) {
    let limits = hours();
    let requests = Requests::new(router(), peer, &limits);
    let serving = Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .half_close(true)
        .max_buf_size(limits.write_buffer)
        .serve_connection(TokioIo::new(transport), requests);
    let _ = serving.await;
}

/// The same text without the time of day, which goes on meanwhile.
fn undated(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        match line.split_once(": ") {
            Some((name, _)) if name.eq_ignore_ascii_case("date") => {
                format!("{name}: now\r\n")
            }
            _ => line.to_owned(),
        }
    });
    lines.collect()
}

/// Requests that a setting of hyper's builder may decide about:
/// the answer is the one that hyper gives without that setting.
pub async fn answers(steps: &Steps) {
    let head = |fields: &str| format!("GET / HTTP/1.1\r\n{fields}\r\n");
    let many = |count| head(&"X-Forwarded: yes\r\n".repeat(count));
    let twice = head("Host: a\r\n").repeat(2);
    let requests = [
        ("a request", head("Host: a\r\n")),
        ("two requests at once", twice),
        ("names of fields in capitals", head("HOST: a\r\nX-A: B\r\n")),
        ("a blank before a colon", head("Host: a\r\nX : b\r\n")),
        ("a field without a colon", head("Host: a\r\nodd\r\n")),
        ("a field without a name", head("Host: a\r\n: b\r\n")),
        ("a field on two lines", head("Host: a\r\nX: b\r\n c\r\n")),
        ("99 fields", many(99)),
        ("101 fields", many(101)),
        ("empty lines before it", format!("\r\n{}", head("Host: a\r\n"))),
        ("an unknown path", "GET /no HTTP/1.1\r\nHost: a\r\n\r\n".into()),
        ("HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n".into()),
        ("HTTP/1.0", "GET / HTTP/1.0\r\n\r\n".into()),
        (
            "HTTP/1.0 that stays",
            "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n".into(),
        ),
        ("HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n".into()),
        (
            "an upload in chunks",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\
             \r\n3\r\nabc\r\n0\r\n\r\n"
                .into(),
        ),
        (
            "an upload that asks first",
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\
             Content-Length: 3\r\n\r\nabc"
                .into(),
        ),
    ];
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
    for (what, sent) in requests {
        steps.step(format!("the client sends {what}"));
        let bare = served(steps, sent.as_bytes(), peer, true).await;
        let seen = served(steps, sent.as_bytes(), peer, false).await;
        steps.equal("the answer that hyper gives", &seen.0, &bare.0);
        steps.equal("the connection ends", &seen.1, &bare.1);
    }
}

/// The handlers see the peer as the socket has it.
pub async fn peers(steps: &Steps) {
    let local = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);
    let mapped = Ipv4Addr::new(192, 0, 2, 7).to_ipv6_mapped();
    for peer in [
        SocketAddr::from((Ipv4Addr::new(192, 0, 2, 7), 0)),
        SocketAddr::from((mapped, u16::MAX)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, 4321)),
        SocketAddrV6::new(local, 4321, 0, 3).into(),
    ] {
        steps.step(format!("{peer} asks who it is"));
        let sent = b"GET /peer HTTP/1.1\r\nHost: a\r\n\r\n";
        let (text, _) = served(steps, sent, peer, false).await;
        let seen = text.split("\r\n\r\n").nth(1).unwrap_or_default();
        let whom = "whom the handlers see";
        steps.equal(whom, &seen.to_owned(), &peer.to_string());
    }
}
