//! Checks of what is counted: transfers, bytes, the wrapper.

use std::convert::Infallible;
use std::io;
use std::pin::pin;

use axum::body::{Body, Bytes};
use futures_util::stream;
use http_body_util::BodyExt;
use lab::memory::Mark;
use lab::size::MIB;
use lab::{Size, Steps};
use lab_net::Connection;
use lab_net::peer::Peer;
use server::{Totals, TransferCount, WriteProgress, counted};
use tokio::io::{AsyncWriteExt, DuplexStream};

use crate::crowd;
use crate::parts::whole;
use crate::stage::{Stage, ask, body, closed};
use crate::{AGES, MOMENT, TRIES};

/// A body that never ends.
pub fn endless() -> Body {
    let chunk = Bytes::from_static(&[7; 1024]);
    let chunks = stream::repeat(Ok::<Bytes, Infallible>(chunk));
    Body::from_stream(chunks)
}

/// Ten chunks of ten bytes; then an error, or the end.
fn chunks(broken: bool) -> Body {
    let last = broken.then(|| Err(io::Error::other("the disk")));
    let ten = (0..10).map(|_| Ok(Bytes::from_static(b"0123456789")));
    Body::from_stream(stream::iter(ten.chain(last)))
}

async fn pull(body: &mut Body, count: usize) -> usize {
    let mut bytes = 0;
    for _ in 0..count {
        match body.frame().await {
            Some(Ok(frame)) => {
                bytes += frame.data_ref().map_or(0, Bytes::len);
            }
            _ => break,
        }
    }
    bytes
}

pub async fn only_whole(steps: Steps) {
    let count = TransferCount::default();
    let totals = |started, complete, cut, bytes| Totals {
        started,
        complete,
        cut,
        bytes,
    };
    steps.step("begin a transfer, and pull three chunks");
    let mut body = counted(chunks(false), Some(100), count.begin());
    pull(&mut body, 3).await;
    let expected = totals(1, 0, 0, 30);
    steps.equal("while it is sent", &count.totals(), &expected);
    drop(body);
    let expected = totals(1, 0, 1, 30);
    steps.equal("the client has left", &count.totals(), &expected);
    steps.step("pull a body to its end");
    let mut body = counted(chunks(false), None, count.begin());
    pull(&mut body, usize::MAX).await;
    drop(body);
    let expected = totals(2, 1, 1, 130);
    steps.equal("after a whole one", &count.totals(), &expected);
    steps.step("pull exactly the promised bytes, as hyper does");
    let mut body = counted(chunks(false), Some(100), count.begin());
    pull(&mut body, 10).await;
    drop(body);
    let expected = totals(3, 2, 1, 230);
    steps.equal("after a promise kept", &count.totals(), &expected);
    steps.step("the body breaks after its bytes");
    let mut body = counted(chunks(true), None, count.begin());
    pull(&mut body, usize::MAX).await;
    drop(body);
    let expected = totals(4, 2, 2, 330);
    steps.equal("after a broken one", &count.totals(), &expected);
    steps.step("the body ends before its promise");
    let mut body = counted(chunks(false), Some(200), count.begin());
    pull(&mut body, usize::MAX).await;
    drop(body);
    let expected = totals(5, 2, 3, 430);
    steps.equal("after a short one", &count.totals(), &expected);
    let clone = count.clone();
    clone.begin().complete();
    let expected = totals(6, 3, 3, 430);
    steps.equal("clones count together", &count.totals(), &expected);
    steps.step("a client leaves before the first byte");
    drop(count.begin());
    let expected = totals(7, 3, 4, 430);
    steps.equal("it was cut, too", &count.totals(), &expected);
    let count = TransferCount::default();
    drop(count.begin());
    let expected = totals(1, 0, 1, 0);
    steps.equal("it was cut, too", &count.totals(), &expected);
    steps.step("what owns the transfer panics");
    let count = TransferCount::default();
    let mut transfer = count.begin();
    let unwound = std::panic::catch_unwind(move || {
        transfer.sent(5);
        // The check expects it: nothing needs to be printed.
        std::panic::resume_unwind(Box::new("a body"))
    });
    let unwound: Result<(), _> = unwound;
    steps.holds("it panics", unwound.is_err());
    let expected = totals(1, 0, 1, 5);
    steps.equal("it was cut, too", &count.totals(), &expected);
    longer(&steps).await;
    nothing_more(&steps);
    large(&steps);
    crowd::in_any_order(&steps);
    crowd::together(&steps);
}

/// What comes after the promised bytes changes nothing.
async fn longer(steps: &Steps) {
    steps.step("the body is longer than its promise");
    for promised in [95, 91, 99] {
        let count = TransferCount::default();
        let body = chunks(false);
        let mut body = counted(body, Some(promised), count.begin());
        pull(&mut body, usize::MAX).await;
        drop(body);
        let expected = Totals {
            started: 1,
            complete: 1,
            cut: 0,
            bytes: 100,
        };
        let seen = count.totals();
        let what = format!("after {promised} bytes were promised");
        steps.equal(what, &seen, &expected);
    }
}

/// A chunk of no bytes says nothing about the end: bodies may have
/// one anywhere.
fn nothing_more(steps: &Steps) {
    let all: [&[u64]; 6] =
        [&[], &[0], &[5, 0], &[0, 5], &[0, 0, 0], &[5, 0, 5, 0]];
    for sizes in all {
        steps.step(format!("chunks of {sizes:?} bytes"));
        for completed in [false, true] {
            let count = TransferCount::default();
            let mut transfer = count.begin();
            for &bytes in sizes {
                transfer.sent(bytes);
            }
            if completed {
                transfer.complete()
            } else {
                drop(transfer)
            }
            let expected = Totals {
                started: 1,
                complete: u64::from(completed),
                cut: u64::from(!completed),
                bytes: sizes.iter().sum(),
            };
            let what = if completed {
                "it was complete"
            } else {
                "it was dropped, so it was cut"
            };
            steps.equal(what, &count.totals(), &expected);
        }
    }
}

/// A file may be longer than 4 GiB, and all of them together are.
fn large(steps: &Steps) {
    for bytes in [u64::from(u32::MAX), (4 << 30) + 10, 1 << 40] {
        steps.step(format!("{bytes} bytes, in two chunks"));
        let count = TransferCount::default();
        let mut transfer = count.begin();
        transfer.sent(bytes - 1);
        transfer.sent(0);
        transfer.sent(1);
        let seen = count.totals().bytes;
        steps.equal("bytes of one transfer", &seen, &bytes);
        count.begin().sent(bytes);
        let seen = count.totals().bytes;
        steps.equal("bytes of two transfers", &seen, &(2 * bytes));
        transfer.complete();
    }
}

pub async fn no_copy(steps: Steps) {
    let count = TransferCount::default();
    let length = 64 * MIB;
    let made = stream::iter(0..64 * 16).map_ok_chunk();
    let body =
        counted(Body::from_stream(made), Some(length), count.begin());
    steps.step("pull 64 MiB in chunks of 64 KiB");
    let mark = Mark::now();
    let mut body = pin!(body);
    while let Some(frame) = body.frame().await {
        steps.succeeds("a chunk", frame);
    }
    let peak = mark.peak();
    steps.at_most("peak memory", Size(peak), Size(MIB));
    steps.equal("bytes", &count.totals().bytes, &length);
}

trait Chunks {
    fn map_ok_chunk(
        self,
    ) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>>
    + Send
    + 'static;
}

impl<S: futures_util::Stream<Item = i32> + Send + 'static> Chunks
    for S
{
    fn map_ok_chunk(
        self,
    ) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>>
    + Send
    + 'static {
        use futures_util::StreamExt;
        self.map(|at| Ok(Bytes::from(vec![at as u8; 64 * 1024])))
    }
}

pub async fn taken(steps: Steps) {
    let stage = Stage::start(&steps, |_| {});
    let mut client = stage.connect();
    // Longer than the pipe: each write of it is taken in part.
    let head = ask(&steps, &mut client, "/large").await;
    let bytes = body(&steps, &mut client, &head).await;
    steps.equal_bytes("the body", &bytes, &whole());
    for short in [1, 3, 7] {
        let (wire, peer) = Peer::new().takes_short(short).in_memory();
        let mut wrapped = WriteProgress::new(wire, AGES);
        let bytes = b"the whole of it";
        steps.step(format!("write 15 bytes, {short} are taken"));
        let wrote = wrapped.write(bytes).await;
        let wrote = steps.succeeds("write", wrote);
        let most = short.min(bytes.len());
        steps.equal("bytes reported", &wrote, &most);
        let rest = wrapped.write_all(&bytes[wrote..]).await;
        steps.succeeds("write the rest", rest);
        steps.succeeds("flush", wrapped.flush().await);
        steps.equal_bytes("bytes taken", &peer.received(), bytes);
    }
    steps.step("the other end takes nothing more");
    let (wire, _peer) = Peer::new().takes_only(4).in_memory();
    let mut wrapped = WriteProgress::new(wire, AGES / 10);
    let wrote = wrapped.write_all(b"four and more").await;
    let kind = wrote.map_err(|error| error.kind());
    let expected = Err(io::ErrorKind::TimedOut);
    steps.equal("how the write ends", &kind, &expected);
}

pub async fn passed_on(steps: Steps) {
    let stage = Stage::start(&steps, |_| {});
    let mut client = stage.connect();
    let head = ask(&steps, &mut client, "/small").await;
    body(&steps, &mut client, &head).await;
    stage.signal().await;
    steps.holds("the client sees the end", closed(&mut client).await);
    let (wire, peer) = Peer::new().behind_a_buffer().in_memory();
    let mut wrapped = WriteProgress::new(wire, AGES);
    let wrote = wrapped.write_all(b"hello").await;
    steps.succeeds("write behind a buffer", wrote);
    steps.succeeds("flush", wrapped.flush().await);
    let bytes = peer.received();
    steps.equal_bytes("bytes after the flush", &bytes, b"hello");
    steps.succeeds("end it", wrapped.shutdown().await);
    steps.holds("the other end sees the end", peer.is_ended());
}

/// The OpenMetrics text format, as far as servers write it: the
/// samples of a counter and of a histogram have endings.
fn parse(text: &str) -> Result<Vec<(String, String, f64)>, String> {
    let mut kinds = std::collections::HashMap::new();
    let mut numbers = Vec::new();
    for line in text.lines() {
        if line == "# EOF" {
            continue;
        }
        if let Some(rest) = line.strip_prefix("# ") {
            let mut words = rest.splitn(3, ' ');
            let what = words.next();
            let name = words.next().ok_or("a line without name")?;
            let said = words.next().ok_or("a line without text")?;
            match what {
                Some("HELP") => {}
                Some("TYPE") => {
                    kinds.insert(name.to_owned(), said.to_owned());
                }
                _ => return Err(format!("what is {line:?}?")),
            }
            continue;
        }
        let (name, value) =
            line.split_once(' ').ok_or("a line without value")?;
        let name = name.split('{').next().unwrap_or_default();
        let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !name.chars().all(good) {
            return Err(format!("{name:?} isn't a name"));
        }
        let family = ["_total", "_bucket", "_sum", "_count"]
            .iter()
            .find_map(|ending| name.strip_suffix(ending))
            .unwrap_or(name);
        let kind = kinds.get(family).ok_or("a number without TYPE")?;
        let value: f64 =
            value.parse().map_err(|_| format!("{value:?}"))?;
        if value < 0.0 {
            return Err(format!("{name} is {value}"));
        }
        let total = name.ends_with("_total");
        if (kind == "counter") != total {
            return Err(format!("{name} is a {kind}"));
        }
        numbers.push((name.to_owned(), kind.clone(), value));
    }
    if text.ends_with("# EOF\n") {
        Ok(numbers)
    } else {
        Err("the last line has no end".to_owned())
    }
}

/// A gauge of their own would show nobody's bytes.
async fn in_flight(steps: &Steps) {
    let stage = Stage::start(steps, |_| {});
    steps.step("a client asks for /large, and reads nothing of it");
    let mut stalled = stage.connect();
    ask(steps, &mut stalled, "/large").await;
    let mut client = stage.connect();
    steps.step("ask for /metrics until it says so");
    let mut held = false;
    // Nothing says when the server has filled the pipe.
    for _ in 0..TRIES {
        held = bytes_in_flight(steps, &mut client).await > 0.0;
        if held {
            break;
        }
        tokio::time::sleep(MOMENT).await;
    }
    steps.holds("bytes wait for the stalled client", held);
}

/// What `/metrics` says of them.
async fn bytes_in_flight(
    steps: &Steps,
    client: &mut Connection<DuplexStream>,
) -> f64 {
    let request = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
    let sent = client.sender.send(request).await;
    steps.succeeds("send the request", sent);
    let head = client.receiver.final_head().await;
    let head = steps.succeeds("the head of an answer", head);
    let text = body(steps, client, &head).await;
    let text = String::from_utf8_lossy(&text).into_owned();
    let numbers = steps.succeeds("the text format", parse(&text));
    let mut numbers = numbers.iter();
    let number =
        numbers.find(|number| number.0 == "server_bytes_in_flight");
    number.map_or(0.0, |number| number.2)
}

pub async fn metrics(steps: Steps) {
    let stage = Stage::start(&steps, |_| {});
    let mut client = stage.connect();
    let head = ask(&steps, &mut client, "/large").await;
    let length = body(&steps, &mut client, &head).await.len();
    let mut left = stage.connect();
    ask(&steps, &mut left, "/held").await;
    drop(left);
    let mut beside = stage.connect();
    ask(&steps, &mut beside, "/held").await;
    // Nothing says when the server has noticed.
    for _ in 0..TRIES {
        if stage.watch.transfers.totals().cut > 0 {
            break;
        }
        tokio::time::sleep(MOMENT).await;
    }
    let head = ask(&steps, &mut client, "/metrics").await;
    steps.equal("status", &head.status, &200);
    let kind = head.header("Content-Type").unwrap_or_default();
    let right =
        kind.starts_with("application/openmetrics-text; version=1.0.0");
    steps.holds("Content-Type of the text format", right);
    let text = body(&steps, &mut client, &head).await;
    let text = String::from_utf8_lossy(&text).into_owned();
    let numbers = steps.succeeds("the text format", parse(&text));
    let number = |name: &str| {
        let found = numbers.iter().find(|number| number.0 == name);
        found.map(|number| number.2)
    };
    for (name, expected) in [
        ("server_transfers_started_total", 3.0),
        ("server_transfers_complete_total", 1.0),
        ("server_transfers_cut_total", 1.0),
        ("server_connections_open", 2.0),
        ("server_ready", 1.0),
    ] {
        steps.equal(name, &number(name), &Some(expected));
    }
    let bytes = number("server_transfer_bytes_total").unwrap_or(0.0);
    steps.holds("bytes are counted", bytes >= length as f64);
    let there = |name| number(name).is_some();
    steps.holds("waits", there("server_watermark_waits_total"));
    steps.holds("bytes in flight", there("server_bytes_in_flight"));
    in_flight(&steps).await;
    if lab::process::has_proc() {
        let resident =
            number("process_resident_memory_bytes").unwrap_or(0.0);
        steps.holds("resident memory", resident > 0.0);
        let queues = there("server_kernel_send_queue_bytes");
        steps.holds("the kernel's queues", queues);
    }
}
