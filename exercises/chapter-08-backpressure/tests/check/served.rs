//! Checks of bodies that are served: chapter 3's connections and
//! hyper stand between the body and the client.

use std::net::SocketAddr;
use std::path::Path;

use backpressure::{CHUNK, FileBody, serve_http};
use connections::{ServeLimits, Trigger, serve, shutdown};
use http_body_util::BodyExt;
use lab::folder::Folder;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::work::CallCounter;
use lab::{Size, Steps};
use lab_net::client::Hold;
use lab_net::gate::BlockingGate;
use lab_net::pipe;
use lab_net::{Client, Pace, Request};
use naive::Config;
use tokio::time::timeout;

use crate::body::{WAYS, Way, chunk, quiet, rest, settled, until};
use crate::disk::Disk;
use crate::server::{NOBODY, Server};
use crate::{AHEAD, MARK, PATIENCE};

/// Bytes that a pipe holds in each direction: a small socket.
pub const PIPE: usize = 16 * 1024;
/// What hyper keeps: it asks for a further chunk while it has less
/// than its write buffer.
const HYPER: u64 = 64 * KIB - 1 + CHUNK as u64;
/// How far a reader may be ahead of a client that is served: its
/// queue, hyper, and the pipe.
pub const SERVED: u64 = AHEAD + HYPER + PIPE as u64;
/// What the whole download of a large file may cost.
const LIMIT: u64 = 4 * MIB;

/// A body of the payload that counts in `work`.
pub fn counting(payload: Payload, work: &CallCounter) -> FileBody {
    let count = work.clone();
    let source =
        Disk::new(payload, move |source| source.counted_by(&count));
    FileBody::queued(source, 0..payload.length(), MARK)
}

pub async fn within_the_bound(steps: Steps) {
    let payload = Payload::new(16 * MIB);
    let work = CallCounter::new();
    let count = work.clone();
    let server = Server::start(move || counting(payload, &count));
    let (mut client, end) = pipe::bounded(PIPE);
    server.accept(end);
    steps.step("a client reads the head of 16 MiB, and stalls");
    let hold = Hold::new();
    let fast = Client::new(NOBODY)
        .verify(payload.verifier())
        .pace(Pace::Stalled(hold.clone()));
    let request = Request::get("/download");
    let looking = async {
        let held = timeout(PATIENCE, hold.reached(1)).await;
        settled(&work).await;
        let ahead = work.bytes();
        hold.release();
        (held, ahead)
    };
    let downloading = fast.download_over(&mut client, &request);
    let (download, (held, ahead)) = tokio::join!(downloading, looking);
    steps.succeeds("the head comes", held);
    steps.at_most("bytes read ahead", Size(ahead), Size(SERVED));
    let download = steps.succeeds("an answer", download);
    steps.equal("status", &download.status(), &200);
    let bytes = steps.succeeds("the body", download.verdict());
    steps.equal("bytes", &bytes, &payload.length());
    steps.note(format!(
        "{} read ahead of a stalled client, at most {}",
        Size(ahead),
        Size(SERVED)
    ));
}

/// Many clients stall in the middle of a download; the next one
/// gets everything meanwhile. Whatever they share, be it one lock or
/// a few hundred permits, is taken by then.
pub async fn no_other(steps: Steps) {
    const CLIENTS: usize = 300;
    let payload = Payload::new(2 * MIB);
    let work = CallCounter::new();
    let count = work.clone();
    let server = Server::start(move || {
        let count = count.clone();
        let source =
            Disk::new(payload, move |source| source.counted_by(&count));
        // A chunk of each is enough, and 300 queues stay small.
        FileBody::queued(source, 0..payload.length(), 0)
    });
    let request = Request::get("/download");
    steps.step(format!("{CLIENTS} clients read the head, and stall"));
    let mut stalled = Vec::with_capacity(CLIENTS);
    for _ in 0..CLIENTS {
        let (mut client, end) = pipe::bounded(PIPE);
        server.accept(end);
        let sent = client.sender.send(&request.bytes(NOBODY)).await;
        steps.succeeds("send the request", sent);
        let head = client.receiver.final_head().await;
        steps.succeeds("the head comes", head);
        stalled.push(client);
    }
    settled(&work).await;
    steps.step("another client downloads meanwhile");
    let (client, end) = pipe::bounded(PIPE);
    let mut client = client.patience(PATIENCE / 2);
    server.accept(end);
    let fast = Client::new(NOBODY).verify(payload.verifier());
    let download = fast.download_over(&mut client, &request).await;
    let download = steps.succeeds("an answer", download);
    let bytes = steps.succeeds("the body", download.verdict());
    steps.equal("bytes", &bytes, &payload.length());
    drop(stalled);
    for way in WAYS {
        hanging(&steps, way).await;
        crowd(&steps, way).await;
    }
}

/// A few disks hang. Others don't, and their clients notice
/// nothing.
async fn hanging(steps: &Steps, way: Way) {
    const HANGING: usize = 8;
    let payload = Payload::new(MIB);
    for seeks in [false, true] {
        let what = if seeks { "seek" } else { "read" };
        steps.step(format!(
            "{way}: {HANGING} disks hang in a {what}; download from \
             another disk"
        ));
        // It gives up before the check is given up.
        let gate = BlockingGate::with_patience(PATIENCE * 2);
        let asking: Vec<_> = (0..HANGING)
            .map(|_| {
                let disk = Disk::new(payload, |source| source);
                let disk = if seeks {
                    disk.seeking_behind(&gate)
                } else {
                    disk.closed_from(0, &gate)
                };
                let whole = 0..payload.length();
                let mut body = way.body(disk, whole, MARK);
                // A body may read nothing before it is asked.
                tokio::spawn(
                    async move { body.frame().await.is_some() },
                )
            })
            .collect();
        until(|| gate.entered() > 0).await;
        let disk = Disk::new(payload, |source| source);
        let mut body = way.body(disk, 0..payload.length(), MARK);
        let mut taken = 0;
        while let Ok(Some(Ok(chunk))) =
            timeout(PATIENCE / 2, body.frame()).await
        {
            let chunk = chunk.into_data().unwrap_or_default();
            taken += chunk.len() as u64;
        }
        let gave_up = gate.gave_up();
        // Before any expectation, or the threads wait on.
        gate.open();
        for asking in asking {
            asking.abort();
        }
        let all = Size(payload.length());
        steps.equal("bytes that came meanwhile", &Size(taken), &all);
        steps.holds("no read waited for those that hang", !gave_up);
    }
}

/// More clients stall than the blocking pool has threads.
async fn crowd(steps: &Steps, way: Way) {
    /// tokio's pool has 512 threads, and so has this check's.
    const CLIENTS: usize = 520;
    let payload = Payload::new(10_000);
    steps.step(format!(
        "{way}: {CLIENTS} clients take one chunk each, and stall"
    ));
    let mut stalled = Vec::with_capacity(CLIENTS);
    for _ in 0..CLIENTS {
        let disk = Disk::new(payload, |source| source).short(100);
        let mut body = way.body(disk, 0..payload.length(), 0);
        chunk(steps, &mut body).await;
        stalled.push(body);
    }
    steps.step("another client takes everything meanwhile");
    let disk = Disk::new(payload, |source| source);
    let mut body = way.body(disk, 0..payload.length(), 0);
    let mut verifier = payload.verifier();
    rest(steps, &mut body, &mut verifier).await;
    steps.succeeds("the bytes", verifier.finish());
    drop(stalled);
}

pub async fn whole_file(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let payload = Payload::stamped(256 * MIB);
    let made = payload.create(folder.path(), "large.bin");
    let file = steps.succeeds("make a file of 256 MiB", made);
    let (address, _trigger) = served(&steps, &file);
    let hold = Hold::new();
    let client = Client::new(address)
        .verify(payload.verifier())
        .pace(Pace::Stalled(hold.clone()));
    let request = Request::get("/download");
    steps.repeat_with(request.curl(address));
    steps.step("a client reads the head, stalls, and continues");
    let mark = Mark::now();
    let download =
        tokio::spawn(async move { client.download(&request).await });
    let held = timeout(PATIENCE, hold.reached(1)).await;
    quiet(|| mark.peak()).await;
    let while_stalled = mark.peak();
    hold.release();
    let download = steps.succeeds("the client", download.await);
    steps.at_most("peak memory", Size(mark.peak()), Size(LIMIT));
    steps.succeeds("the head comes", held);
    let download = steps.succeeds("an answer", download);
    steps.equal("status", &download.status(), &200);
    let bytes = steps.succeeds("the body", download.verdict());
    steps.equal("bytes", &bytes, &payload.length());
    steps.note(format!(
        "peak {} KiB while stalled, {} KiB for 256 MiB",
        while_stalled / KIB,
        mark.peak() / KIB
    ));
}

/// Serves the file in this process, where memory is counted.
fn served(steps: &Steps, file: &Path) -> (SocketAddr, Trigger) {
    let listener = connections::bind(NOBODY_KNOWS);
    let listener = steps.succeeds("listen", listener);
    let address = listener.local_addr();
    let address = steps.succeeds("the address", address);
    let config = Config {
        listen: address,
        file: file.to_owned(),
    };
    let router = backpressure::router(config, MARK);
    let (trigger, shutdown) = shutdown();
    let limits = ServeLimits {
        connections: 10,
        pause: PATIENCE,
    };
    tokio::spawn(serve(
        listener,
        limits,
        shutdown,
        move |connection| {
            Box::pin(serve_http(connection, router.clone()))
        },
    ));
    (address, trigger)
}

/// A port that the system chooses.
const NOBODY_KNOWS: SocketAddr = SocketAddr::new(
    std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
    0,
);
