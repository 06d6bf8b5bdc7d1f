//! Checks of many clients: who is served, and beside whom.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::atomic::Ordering;

use addresses::AllowList;
use lab::Steps;
use tokio::time::{Instant, sleep, timeout};

use crate::MOMENT;
use crate::limits::SHORT;
use crate::parts::whole;
use crate::stage::{Stage, ask, body, closed};

pub async fn allow_list(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        let allow = "10.0.0.0/8,2001:db8::/32".parse();
        setting.allow = steps.succeeds("an allow list", allow);
        setting.limits.drain_delay = 1000 * MOMENT;
    });
    strangers(&steps, &stage).await;
    steps.step("10.1.2.3 sends a request");
    let mut client = stage.connect_from(IpAddr::from([10, 1, 2, 3]));
    let head = ask(&steps, &mut client, "/small").await;
    steps.equal("status", &head.status, &200);
    body(&steps, &mut client, &head).await;
    let head = ask(&steps, &mut client, "/peer").await;
    let peer = body(&steps, &mut client, &head).await;
    let whom = "whom the handlers see";
    steps.equal_bytes(whom, &peer, b"10.1.2.3:4321");
    steps.step("2001:db8::7 sends a request");
    let friend = IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 7]);
    let mut client = stage.connect_from(friend);
    let head = ask(&steps, &mut client, "/peer").await;
    let peer = body(&steps, &mut client, &head).await;
    steps.equal_bytes(whom, &peer, b"[2001:db8::7]:4321");
    let mapped = Ipv4Addr::new(10, 1, 2, 3).to_ipv6_mapped();
    steps.step(format!("{mapped} sends a request"));
    let mut client = stage.connect_from(mapped.into());
    let head = ask(&steps, &mut client, "/small").await;
    steps.equal("status", &head.status, &200);
    body(&steps, &mut client, &head).await;
    let head = ask(&steps, &mut client, "/peer").await;
    let peer = body(&steps, &mut client, &head).await;
    steps.equal_bytes(whom, &peer, b"[::ffff:10.1.2.3]:4321");
    steps.step("the others are still connected");
    strangers(&steps, &stage).await;
    stage.signal().await;
    steps.step("during the notice");
    strangers(&steps, &stage).await;
    steps.step("a server whose list is empty");
    let stage = Stage::start(&steps, |setting| {
        setting.allow = AllowList::default();
    });
    strangers(&steps, &stage).await;
}

async fn strangers(steps: &Steps, stage: &Stage) {
    let mapped = Ipv4Addr::new(192, 0, 2, 7).to_ipv6_mapped();
    for stranger in [
        IpAddr::from([192, 0, 2, 7]),
        Ipv4Addr::LOCALHOST.into(),
        Ipv6Addr::LOCALHOST.into(),
        IpAddr::from([0x2001, 0xdb9, 0, 0, 0, 0, 0, 1]),
        mapped.into(),
    ] {
        steps.step(format!(
            "{stranger} sends a request, and says it were 10.0.0.1"
        ));
        // Whatever the others had to read has been read.
        sleep(MOMENT).await;
        let before = stage.reads.load(Ordering::Relaxed);
        let mut client = stage.connect_from(stranger);
        let request = b"GET /small HTTP/1.1\r\nHost: a\r\n\
            X-Forwarded-For: 10.0.0.1\r\n\
            Forwarded: for=10.0.0.1\r\n\r\n";
        // The server may be gone already.
        let _ = client.sender.send(request).await;
        let rest = client.receiver.rest(1 << 20);
        let rest = timeout(MOMENT / 2, rest).await;
        let (bytes, _) =
            steps.succeeds("the stranger is dropped at once", rest);
        steps.equal("bytes for the stranger", &bytes.len(), &0);
        let reads = stage.reads.load(Ordering::Relaxed) - before;
        steps.equal("reads of the stranger's bytes", &reads, &0);
    }
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
    many(&steps).await;
}

/// The default is no upper limit of the limit.
async fn many(steps: &Steps) {
    const PLACES: usize = 5000;
    steps.step(format!("{PLACES} places, and one of them is free"));
    let stage = Stage::start(steps, |setting| {
        setting.limits.connections = PLACES;
    });
    let taken: Vec<_> = (1..PLACES).map(|_| stage.connect()).collect();
    let mut last = stage.connect();
    let request = b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n";
    let sent = last.sender.send(request).await;
    steps.succeeds("send the request", sent);
    let head = timeout(MOMENT, last.receiver.final_head()).await;
    let head = steps.succeeds("the last one gets its place", head);
    let head = steps.succeeds("the head of an answer", head);
    steps.equal("status", &head.status, &200);
    drop(taken);
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
    steps.step("ten accepts fail, one after the other");
    let started = Instant::now();
    for _ in 0..10 {
        stage.fail_accept();
    }
    let mut after = stage.connect();
    ask(&steps, &mut after, "/small").await;
    // A tenth of a second for each, on a clock that stands still.
    let took = started.elapsed().as_millis();
    let waited = "milliseconds until the next client is served";
    steps.at_least(waited, took, 900);
    steps.at_most(waited, took, 1100);
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
