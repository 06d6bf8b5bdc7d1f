//! Checks of one connection and its limits.

use std::time::Duration;

use bytes::Bytes;
use lab::{Size, Steps};
use tokio::time::{Instant, sleep, timeout};

use crate::parts::{CHUNK, LARGE, whole};
use crate::stage::{Stage, ask, body, closed, hours};
use crate::{AGES, MOMENT, alone, as_hyper};

pub const SHORT: Duration = Duration::from_secs(20);
/// Longer than that, and than what hyper does by itself. Not a whole
/// number of seconds.
const HEADER: Duration = Duration::from_millis(120_500);
/// Far beyond a short limit, and far below the others.
pub const SOON: Duration = Duration::from_secs(10 * 60);

pub async fn answered(steps: Steps) {
    let stage = Stage::start(&steps, |_| {});
    let mut client = stage.connect();
    for _ in 0..3 {
        let head = ask(&steps, &mut client, "/small").await;
        steps.equal("status", &head.status, &200);
        let bytes = body(&steps, &mut client, &head).await;
        steps.equal_bytes("the body", &bytes, b"hello");
        let ended = timeout(MOMENT, closed(&mut client)).await;
        let kept = "the connection stays open for the next request";
        steps.holds(kept, ended.is_err());
    }
    let head = ask(&steps, &mut client, "/large").await;
    let bytes = body(&steps, &mut client, &head).await;
    steps.equal_bytes("the body", &bytes, &whole());
    as_hyper::peers(&steps).await;
    as_hyper::answers(&steps).await;
}

pub async fn no_head(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.limits.header = HEADER;
        setting.limits.idle = SHORT;
    });
    steps.step("connect, and send nothing");
    let mut silent = stage.connect();
    let started = Instant::now();
    let ended = timeout(AGES, closed(&mut silent)).await;
    let ended = steps.succeeds("the silent one is let go", ended);
    steps.holds("the connection ends", ended);
    steps.holds("it is let go soon", started.elapsed() < SOON);
    let all = started.elapsed() >= HEADER;
    steps.holds("it has all of its time", all);
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
    steps.holds("it has all of its time", took >= HEADER);
    alone::late_head(&steps).await;
}

pub async fn idle(steps: Steps) {
    for limit in [SHORT, 10 * SHORT, SHORT + SHORT / 40] {
        idle_for(&steps, limit).await;
    }
}

async fn idle_for(steps: &Steps, limit: Duration) {
    steps.step(format!("a server with an idle time of {limit:?}"));
    let stage = Stage::start(steps, |setting| {
        setting.limits.idle = limit;
    });
    let mut client = stage.connect();
    for _ in 0..3 {
        let head = ask(steps, &mut client, "/small").await;
        body(steps, &mut client, &head).await;
        steps.step("wait for half of the idle time");
        let early = timeout(limit / 2, closed(&mut client)).await;
        steps.holds("the connection is still open", early.is_err());
    }
    steps.step("a slow download is not idle");
    let head = ask(steps, &mut client, "/held").await;
    sleep(4 * limit).await;
    stage.parts.release.add_permits(1);
    let bytes = body(steps, &mut client, &head).await;
    steps.equal("its bytes", &bytes.len(), &LARGE);
    steps.step("send nothing more");
    let started = Instant::now();
    let ended = closed(&mut client).await;
    steps.holds("the idle connection is let go", ended);
    steps.holds("it is let go soon", started.elapsed() < SOON);
    let all = started.elapsed() >= limit;
    steps.holds("it has all of its time", all);
    // This clock stands still while anything can be done.
    let took = started.elapsed().as_millis();
    let most = limit.as_millis() + 100;
    steps.at_most("milliseconds of idleness", took, most);
}

pub async fn stalled_upload(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.limits.read_progress = HEADER;
    });
    let head = b"POST /taken HTTP/1.1\r\nHost: a\r\n\
        Content-Length: 20\r\n\r\n0123456789";
    steps.step("send half of an upload, and then a byte at a time");
    let mut slow = stage.connect();
    let sent = slow.sender.send(head).await;
    steps.succeeds("send the first half", sent);
    for _ in 0..10 {
        sleep(HEADER / 2).await;
        let sent = slow.sender.send(b"x").await;
        steps.succeeds("a slow upload goes on", sent);
    }
    let answer = slow.receiver.final_head().await;
    let answer = steps.succeeds("the head of an answer", answer);
    steps.equal("status", &answer.status, &200);
    let none = &head[..head.len() - 10];
    for (what, sent) in [("half", &head[..]), ("nothing", none)] {
        steps.step(format!("send {what} of an upload, and then pause"));
        let mut stalled = stage.connect();
        let sent = stalled.sender.send(sent).await;
        steps.succeeds("send the head", sent);
        let started = Instant::now();
        let ended = closed(&mut stalled).await;
        steps.holds("the stalled upload is let go", ended);
        steps.holds("it is let go soon", started.elapsed() < SOON);
        let all = started.elapsed() >= HEADER;
        steps.holds("it has all of its time", all);
    }
}

/// Short chunks of an upload are joined, and what came before a
/// pause is handed on.
pub async fn joined_upload(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.limits.read_progress = HEADER;
    });
    let head = b"POST /chunks HTTP/1.1\r\nHost: a\r\n\
        Transfer-Encoding: chunked\r\n\r\n";
    let coded = |bytes: &[u8]| {
        let size = format!("{:x}\r\n", bytes.len());
        [size.as_bytes(), bytes, b"\r\n"].concat()
    };
    steps.step("send 1000 chunks of 100 bytes, and trailers");
    let whole: Vec<u8> = (0..100_000_u32).map(|at| at as u8).collect();
    let mut body: Vec<u8> = whole.chunks(100).flat_map(coded).collect();
    body.extend_from_slice(b"0\r\nX-Sum: 1\r\n\r\n");
    let mut client = stage.connect();
    let sent = client.sender.send(&[&head[..], &body].concat()).await;
    steps.succeeds("send the upload", sent);
    let answer = client.receiver.final_head().await;
    let answer = steps.succeeds("the head of a response", answer);
    steps.equal("status", &answer.status, &200);
    let chunks = stage.parts.chunks();
    steps.equal_bytes("the upload", &chunks.concat(), &whole);
    let long = &chunks[..chunks.len().saturating_sub(1)];
    let shortest = long.iter().map(Bytes::len).min();
    let what = "bytes of the shortest chunk but the last";
    steps.at_least(what, shortest.unwrap_or(0), 16 * 1024);

    steps.step("send 3 chunks of 10 bytes, and pause for a second");
    let before = stage.parts.chunks().len();
    let mut client = stage.connect();
    let ten = coded(b"0123456789");
    let sent = client.sender.send(&[&head[..], &ten].concat()).await;
    steps.succeeds("send the head and a chunk", sent);
    for _ in 0..2 {
        let sent = client.sender.send(&ten).await;
        steps.succeeds("send a chunk", sent);
    }
    sleep(Duration::from_secs(1)).await;
    let came = stage.parts.chunks()[before..].concat();
    let expected = b"012345678901234567890123456789";
    steps.equal_bytes("what the handler has", &came, expected);
    steps.step("a byte every 40 ms, for two seconds");
    let before = stage.parts.chunks().len();
    for _ in 0..50 {
        let sent = client.sender.send(&coded(b"x")).await;
        steps.succeeds("send a chunk", sent);
        sleep(Duration::from_millis(40)).await;
    }
    let came = stage.parts.chunks()[before..].concat();
    steps.at_least("bytes that the handler has", came.len(), 45);
    steps.step("end the upload");
    let sent = client.sender.send(b"0\r\n\r\n").await;
    steps.succeeds("send the end", sent);
    let answer = client.receiver.final_head().await;
    let answer = steps.succeeds("the head of a response", answer);
    steps.equal("status", &answer.status, &200);
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
        let chunk = reading.next(4 * 1024).await;
        match steps.succeeds("the slow download goes on", chunk) {
            Some(chunk) => bytes.extend_from_slice(&chunk),
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
    alone::total(&steps, false).await;
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
    for limit in [hours().write_buffer, 8 * 1024] {
        buffer_of(&steps, limit).await;
    }
    steps.step("a head of 12 KiB, which fits into the buffer");
    let stage = Stage::start(&steps, |_| {});
    let mut client = stage.connect();
    let long = "x".repeat(12 * 1024);
    let text =
        format!("GET /small HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n");
    let sent = client.sender.send(text.as_bytes()).await;
    steps.succeeds("send the request", sent);
    let head = client.receiver.final_head().await;
    let head = steps.succeeds("the head of an answer", head);
    steps.equal("status", &head.status, &200);
    steps.step("a head of 90 fields, as proxies make them");
    let mut client = stage.connect();
    let fields = "X-Forwarded: yes\r\n".repeat(89);
    let text =
        format!("GET /small HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
    let sent = client.sender.send(text.as_bytes()).await;
    steps.succeeds("send the request", sent);
    let head = client.receiver.final_head().await;
    let head = steps.succeeds("the head of an answer", head);
    steps.equal("status", &head.status, &200);
}

async fn buffer_of(steps: &Steps, limit: usize) {
    let stage = Stage::start(steps, |setting| {
        setting.limits.write_buffer = limit;
    });
    let size = Size(limit as u64);
    steps.step(format!(
        "ask for /large, and read nothing: a buffer of {size}"
    ));
    let mut client = stage.connect();
    let request = b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
    let sent = client.sender.send(request).await;
    steps.succeeds("send the request", sent);
    sleep(MOMENT).await;
    let pulled = stage.parts.pulled();
    // It is used: a fast client waits less often.
    let used = "bytes pulled into the buffer";
    steps.at_least(used, Size(pulled), Size(limit as u64));
    // What fills the buffer, and the chunks on either side.
    let most = (limit + 2 * CHUNK) as u64;
    steps.at_most("bytes pulled", Size(pulled), Size(most));
}

pub async fn host(steps: Steps) {
    let stage = Stage::start(&steps, |_| {});
    for (hosts, allowed) in [
        ("Host: localhost\r\n", 200),
        ("", 400),
        ("Host: a\r\nHost: b\r\n", 400),
    ] {
        for target in ["/small", "/healthz", "/ready", "/metrics"] {
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
