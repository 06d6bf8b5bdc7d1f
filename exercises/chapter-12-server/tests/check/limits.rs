//! Checks of one connection and its limits.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use connections::{Connection, shutdown};
use lab::{Size, Steps};
use server::on_connection;
use tokio::io::AsyncReadExt;
use tokio::time::{Instant, sleep, timeout};

use crate::parts::{LARGE, PIECE, whole};
use crate::stage::{Stage, ask, body, closed, hours};
use crate::{AGES, MOMENT};

const SHORT: Duration = Duration::from_secs(20);
/// Far beyond a short limit, and far below the others.
const SOON: Duration = Duration::from_secs(10 * 60);

pub async fn answered(steps: Steps) {
    let stage = Stage::start(&steps, |_| {});
    let mut client = stage.connect();
    for _ in 0..3 {
        let head = ask(&steps, &mut client, "/small").await;
        steps.equal("status", &head.status, &200);
        let bytes = body(&steps, &mut client, &head).await;
        steps.equal_bytes("the body", &bytes, b"hello");
    }
    let head = ask(&steps, &mut client, "/large").await;
    let bytes = body(&steps, &mut client, &head).await;
    steps.equal_bytes("the body", &bytes, &whole());
}

pub async fn no_head(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.limits.header = SHORT;
    });
    steps.step("connect, and send nothing");
    let mut silent = stage.connect();
    let started = Instant::now();
    let ended = timeout(AGES, closed(&mut silent)).await;
    let ended = steps.succeeds("the silent one is let go", ended);
    steps.holds("the connection ends", ended);
    steps.holds("it is let go soon", started.elapsed() < SOON);
    steps.step("connect, and send a byte of a head each second");
    let client = stage.connect();
    let (mut sender, mut receiver) = (client.sender, client.receiver);
    let started = Instant::now();
    let trickle = async {
        let _ = sender.send(b"GET /small HTTP/1.1\r\nx: ").await;
        while sender.send(b"a").await.is_ok() {
            sleep(Duration::from_secs(1)).await;
            if started.elapsed() > SOON {
                break;
            }
        }
    };
    tokio::select! {
        () = trickle => {}
        _ = receiver.rest(1 << 20) => {}
    }
    let took = started.elapsed();
    steps.holds("the slow head is let go soon", took < SOON);
}

pub async fn idle(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.limits.idle = SHORT;
    });
    let mut client = stage.connect();
    for _ in 0..3 {
        let head = ask(&steps, &mut client, "/small").await;
        body(&steps, &mut client, &head).await;
        steps.step("wait for half of the idle time");
        sleep(SHORT / 2).await;
    }
    steps.step("a slow download is not idle");
    let head = ask(&steps, &mut client, "/held").await;
    sleep(4 * SHORT).await;
    stage.parts.release.add_permits(1);
    let bytes = body(&steps, &mut client, &head).await;
    steps.equal("its bytes", &bytes.len(), &LARGE);
    steps.step("send nothing more");
    let started = Instant::now();
    let ended = closed(&mut client).await;
    steps.holds("the idle connection is let go", ended);
    steps.holds("it is let go soon", started.elapsed() < SOON);
}

pub async fn stalled_upload(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.limits.read_progress = SHORT;
    });
    let head = b"POST /taken HTTP/1.1\r\nHost: a\r\n\
        Content-Length: 20\r\n\r\n0123456789";
    steps.step("send half of an upload, and then a byte at a time");
    let mut slow = stage.connect();
    let sent = slow.sender.send(head).await;
    steps.succeeds("send the first half", sent);
    for _ in 0..10 {
        sleep(SHORT / 2).await;
        let sent = slow.sender.send(b"x").await;
        steps.succeeds("a slow upload goes on", sent);
    }
    let answer = slow.receiver.final_head().await;
    let answer = steps.succeeds("the head of an answer", answer);
    steps.equal("status", &answer.status, &200);
    steps.step("send half of an upload, and nothing more");
    let mut stalled = stage.connect();
    let sent = stalled.sender.send(head).await;
    steps.succeeds("send the first half", sent);
    let started = Instant::now();
    let ended = closed(&mut stalled).await;
    steps.holds("the stalled upload is let go", ended);
    steps.holds("it is let go soon", started.elapsed() < SOON);
}

pub async fn slow_but_alive(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.limits.write_progress = SHORT;
        setting.limits.idle = SHORT;
        setting.limits.header = SHORT;
    });
    let mut client = stage.connect();
    let head = ask(&steps, &mut client, "/large").await;
    steps.step("read 4 KiB every 5 seconds");
    let reading = client.receiver.body(&head, "GET");
    let mut reading = steps.succeeds("a body", reading);
    let mut bytes = Vec::new();
    loop {
        sleep(SHORT / 4).await;
        let piece = reading.next(4 * 1024).await;
        match steps.succeeds("the slow download goes on", piece) {
            Some(piece) => bytes.extend_from_slice(&piece),
            None => break,
        }
    }
    steps.equal_bytes("the body", &bytes, &whole());
}

pub async fn never_reads(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.limits.write_progress = SHORT;
    });
    steps.step("20 clients ask for /large, and read nothing");
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut client = stage.connect();
        let request = b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
        let sent = client.sender.send(request).await;
        steps.succeeds("send the request", sent);
        clients.push(client);
    }
    sleep(MOMENT).await;
    let begun = stage.parts.drops.made();
    steps.equal("bodies that began", &begun, &20);
    sleep(SOON).await;
    let alive = stage.parts.drops.alive();
    steps.equal("bodies of clients that never read", &alive, &0);
    let open = stage.watch.connections.level();
    steps.equal("connections that are open", &open, &0);
    drop(clients);
    total(steps).await;
}

/// Without the wrapper at the socket, the total limit is left.
async fn total(steps: Steps) {
    steps.step("a client that takes a byte now and then, for ever");
    let service = Router::new()
        .route("/", get(async || crate::counting::endless()));
    let (client, transport) = tokio::io::duplex(64);
    let (_trigger, shutdown) = shutdown();
    let connection = Connection {
        transport,
        peer: (Ipv4Addr::LOCALHOST, 1).into(),
        shutdown,
    };
    let mut limits = hours();
    limits.total = 10 * limits.header;
    let late = limits.total * 2;
    let serving = tokio::spawn(async move {
        on_connection(connection, service, &limits).await.is_err()
    });
    let (mut reader, mut writer) = tokio::io::split(client);
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let sent =
        tokio::io::AsyncWriteExt::write_all(&mut writer, request);
    steps.succeeds("send the request", sent.await);
    let reading = tokio::spawn(async move {
        let mut byte = [0];
        while reader.read(&mut byte).await.is_ok_and(|read| read > 0) {
            sleep(Duration::from_secs(60)).await;
        }
    });
    let ended = timeout(late, serving).await;
    let ended =
        steps.succeeds("it is let go at the total limit", ended);
    let failed = steps.succeeds("the connection", ended);
    steps.holds("the connection's end is an error", failed);
    reading.abort();
}

pub async fn half_closed(steps: Steps) {
    let stage = Stage::start(&steps, |_| {});
    for target in ["/small", "/large"] {
        steps.step(format!("GET {target}, and end the direction"));
        let mut client = stage.connect();
        let text = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        let sent = client.sender.send(text.as_bytes()).await;
        steps.succeeds("send the request", sent);
        steps.succeeds("end it", client.sender.end().await);
        let head = client.receiver.final_head().await;
        let head = steps.succeeds("the head of an answer", head);
        steps.equal("status", &head.status, &200);
        body(&steps, &mut client, &head).await;
        steps.holds("then it ends", closed(&mut client).await);
    }
}

pub async fn bounded_buffer(steps: Steps) {
    let limit = hours().write_buffer;
    let stage = Stage::start(&steps, |_| {});
    steps.step("ask for /large, and read nothing");
    let mut client = stage.connect();
    let request = b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
    let sent = client.sender.send(request).await;
    steps.succeeds("send the request", sent);
    sleep(MOMENT).await;
    let pulled = stage.parts.pulled();
    steps.holds("something was pulled", pulled > 0);
    // What fills the buffer, and the pieces on either side.
    let most = (limit + 2 * PIECE) as u64;
    steps.at_most("bytes pulled", Size(pulled), Size(most));
}

pub async fn host(steps: Steps) {
    let stage = Stage::start(&steps, |_| {});
    for (hosts, allowed) in [
        ("Host: localhost\r\n", 200),
        ("", 400),
        ("Host: a\r\nHost: b\r\n", 400),
    ] {
        for target in ["/small", "/healthz"] {
            let text = format!("GET {target} HTTP/1.1\r\n{hosts}\r\n");
            steps.step(format!("send {text:?}"));
            let mut client = stage.connect();
            let sent = client.sender.send(text.as_bytes()).await;
            steps.succeeds("send the request", sent);
            let head = client.receiver.final_head().await;
            let head = steps.succeeds("the head of an answer", head);
            steps.equal("status", &head.status, &allowed);
        }
    }
}

pub async fn allow_list(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        let allow = "10.0.0.0/8".parse();
        setting.allow = steps.succeeds("an allow list", allow);
    });
    let stranger = IpAddr::from([192, 0, 2, 7]);
    steps.step("192.0.2.7 sends a request, and says it were 10.0.0.1");
    let mut client = stage.connect_from(stranger);
    let request = b"GET /small HTTP/1.1\r\nHost: a\r\n\
        X-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\n\r\n";
    // The server may be gone already.
    let _ = client.sender.send(request).await;
    let rest = timeout(SHORT, client.receiver.rest(1 << 20)).await;
    let (bytes, _) = steps.succeeds("the stranger is dropped", rest);
    steps.equal("bytes for the stranger", &bytes.len(), &0);
    let reads = stage.reads.load(std::sync::atomic::Ordering::Relaxed);
    steps.equal("reads of the stranger's bytes", &reads, &0);
    steps.step("10.1.2.3 sends a request");
    let mut client = stage.connect_from(IpAddr::from([10, 1, 2, 3]));
    let head = ask(&steps, &mut client, "/small").await;
    steps.equal("status", &head.status, &200);
}

pub async fn until_the_last_byte(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.limits.connections = 2;
    });
    let mut first = stage.connect();
    let first_head = ask(&steps, &mut first, "/held").await;
    let mut second = stage.connect();
    let _second_head = ask(&steps, &mut second, "/held").await;
    steps.step("a third client asks, while two bodies are sent");
    let mut third = stage.connect();
    let request = b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n";
    let sent = third.sender.send(request).await;
    steps.succeeds("send the request", sent);
    let early =
        timeout(MOMENT, third.receiver.final_head()).await.is_ok();
    steps.holds("the third one waits: two is the limit", !early);
    steps.step("the first body is sent to its end");
    stage.parts.release.add_permits(1);
    body(&steps, &mut first, &first_head).await;
    drop(first);
    let head = third.receiver.final_head().await;
    let head = steps.succeeds("the third one is answered", head);
    steps.equal("status", &head.status, &200);
}

pub async fn honest_beside_stalled(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.limits.write_progress = SHORT;
        setting.limits.header = SHORT;
        setting.limits.connections = 10;
    });
    steps.step("ten clients stall: of each second the head is missing");
    let mut stalled = Vec::new();
    for at in 0..10 {
        let mut client = stage.connect();
        let request: &[u8] = match at % 2 {
            0 => b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n",
            _ => b"GET /large HTTP/1.1\r\nHo",
        };
        let sent = client.sender.send(request).await;
        steps.succeeds("send", sent);
        stalled.push(client);
    }
    steps.step("an eleventh asks for all of /large");
    let mut honest = stage.connect();
    let head = ask(&steps, &mut honest, "/large").await;
    steps.equal("status", &head.status, &200);
    let bytes = body(&steps, &mut honest, &head).await;
    steps.equal_bytes("the body", &bytes, &whole());
    drop(stalled);
}

/// Regressions of chapter 3: the loop goes on.
pub async fn harms_nobody(steps: Steps) {
    let stage = Stage::start(&steps, |_| {});
    let mut beside = stage.connect();
    ask(&steps, &mut beside, "/held").await;
    steps.step("an accept fails");
    stage.fail_accept();
    steps.step("a handler panics");
    let mut broken = stage.connect();
    let request = b"GET /panic HTTP/1.1\r\nHost: a\r\n\r\n";
    let sent = broken.sender.send(request).await;
    steps.succeeds("send the request", sent);
    steps.holds("its connection ends", closed(&mut broken).await);
    steps.step("a client sends what is no HTTP");
    let mut garbage = stage.connect();
    let _ = garbage.sender.send(b"\0\xff\r\n\r\n").await;
    steps.holds("its connection ends", closed(&mut garbage).await);
    let mut next = stage.connect();
    let head = ask(&steps, &mut next, "/small").await;
    steps.equal("status", &head.status, &200);
    stage.parts.release.add_permits(1);
    let alive = stage.parts.drops.alive();
    steps.equal("the download beside them goes on", &alive, &1);
}
