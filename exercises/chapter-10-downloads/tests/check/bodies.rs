//! Checks of what a download costs: memory, reads, open files.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use backpressure::{CHUNK, LONGEST};
use downloads::BodyKind;
use http_body_util::BodyExt;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{GIB, KIB, MIB};
use lab::{Size, Steps};
use lab_net::client::Hold;
use lab_net::{Client, Pace, Request};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use crate::PATIENCE;
use crate::site::{Site, downloads, field};

const BODIES: [BodyKind; 2] = [BodyKind::Queued, BodyKind::Direct];
/// What a whole download may cost, the client's part included.
const LIMIT: u64 = 4 * MIB;
/// Chunks may be this short on average, in bytes.
const SHORT: u64 = 32 * KIB;

pub async fn peak_memory(steps: Steps) {
    for kind in BODIES {
        let site =
            Site::with(&steps, |downloads| downloads.body = kind);
        for (length, first) in
            [(16 * MIB, 0), (128 * MIB, 0), (128 * MIB, 1)]
        {
            let name = format!("{length}.bin");
            let payload = Payload::stamped(length);
            site.payload(&name, payload);
            let mut request = Request::get(&format!("/files/{name}"));
            if first > 0 {
                request = request.header("Range", "bytes=1-");
            }
            steps.repeat_with(request.curl(site.address));
            let part = if first > 0 { "a part of " } else { "" };
            steps.step(format!(
                "{part}{} with the body {kind:?}",
                Size(length)
            ));
            let hold = Hold::new();
            let client = Client::new(site.address)
                .verify(payload.verifier_of(first..length))
                .receive_buffer(16 * 1024)
                .pace(Pace::Stalled(hold.clone()));
            let mark = Mark::now();
            let download =
                tokio::spawn(
                    async move { client.download(&request).await },
                );
            let held = timeout(PATIENCE, hold.reached(1)).await;
            hold.release();
            let download = steps.succeeds("the client", download.await);
            steps.succeeds("the head comes", held);
            let peak = mark.peak();
            steps.at_most("peak memory", Size(peak), Size(LIMIT));
            let download = steps.succeeds("an answer", download);
            let status = if first > 0 { 206 } else { 200 };
            steps.equal("status", &download.status(), &status);
            let bytes = steps.succeeds("the body", download.verdict());
            steps.equal("bytes", &bytes, &(length - first));
            steps.note(format!(
                "{} for {} with {kind:?}",
                Size(peak),
                Size(length)
            ));
        }
    }
}

/// Whoever reads 4 KiB at a time makes sixteen trips instead of
/// one. The chunks of the body tell.
pub async fn large_chunks(steps: Steps) {
    for kind in BODIES {
        let folder =
            steps.succeeds("a folder", lab::folder::Folder::new());
        let length = 8 * MIB;
        let made = Payload::new(length).create(folder.path(), "a.bin");
        steps.succeeds("a file of 8 MiB", made);
        let mut downloads = downloads(&steps, folder.path());
        downloads.body = kind;
        let router = downloads::router(Arc::new(downloads));
        let request = axum::http::Request::get("/download")
            .header("Host", "localhost")
            .body(Body::empty());
        let request = steps.succeeds("a request", request);
        steps.step(format!("the chunks of the body {kind:?}"));
        let answer = router.oneshot(request).await;
        let answer = steps.succeeds("an answer", answer);
        let mut body = answer.into_body();
        let (mut bytes, mut chunks) = (0, 0);
        while let Some(frame) = body.frame().await {
            let frame = steps.succeeds("a chunk", frame);
            let data = frame.data_ref().map_or(0, |data| data.len());
            bytes += data as u64;
            chunks += 1;
        }
        steps.equal("bytes", &bytes, &length);
        steps.at_most("chunks", chunks, length / SHORT);
        steps.note(format!("{chunks} chunks of 8 MiB, with {kind:?}"));
    }
    for kind in BODIES {
        paced(&steps, kind).await;
    }
}

/// Chapter 8's pace holds for both bodies: short chunks at first,
/// long ones for a client that keeps up, short ones after a pause.
/// How soon they grow is not judged.
async fn paced(steps: &Steps, kind: BodyKind) {
    /// What the first chunks have together, and those after a pause.
    const RUN: u64 = 4 * MIB;
    /// Longer than the 20 ms within which a client keeps up.
    const PAUSE: Duration = Duration::from_millis(100);
    let folder = steps.succeeds("a folder", lab::folder::Folder::new());
    let payload = Payload::stamped(GIB);
    let made = payload.create(folder.path(), "a.bin");
    steps.succeeds("a file of 1 GiB", made);
    let mut downloads = downloads(steps, folder.path());
    downloads.body = kind;
    // What was read before a pause may be as long as before.
    let ahead = downloads.high_water_mark + LONGEST;
    let router = downloads::router(Arc::new(downloads));
    let request = axum::http::Request::get("/download")
        .header("Host", "localhost")
        .body(Body::empty());
    let request = steps.succeeds("a request", request);
    steps.step(format!("the first 4 MiB of the body {kind:?}"));
    let answer = router.oneshot(request).await;
    let answer = steps.succeeds("an answer", answer);
    let (mut body, mut taken) = (answer.into_body(), 0);
    let mut take = async |most: usize| {
        let frame = body.frame().await;
        let frame = steps.succeeds("a chunk", frame.ok_or("the end"));
        let frame = steps.succeeds("a chunk", frame);
        let length = frame.data_ref().map_or(0, |data| data.len());
        let (shown, most) = (Size(length as u64), Size(most as u64));
        steps.at_most("bytes of a chunk", shown, most);
        taken += length as u64;
        (length, taken)
    };
    while take(CHUNK).await.1 < RUN {}
    steps.step("more of it, until a chunk is longer than 64 KiB");
    // A file that ends before says that no chunk was.
    let (_, paused) = loop {
        let chunk = take(LONGEST).await;
        if chunk.0 > CHUNK {
            break chunk;
        }
    };
    steps.step("stop, go on, and look at what is read then");
    sleep(PAUSE).await;
    // Direct reads nothing ahead.
    let ahead = if kind == BodyKind::Direct { 0 } else { ahead };
    let mut last = paused;
    while last < paused + ahead as u64 {
        last = take(LONGEST).await.1;
    }
    while last < paused + RUN {
        last = take(CHUNK).await.1;
    }
}

/// The lean body holds 16 KiB for each client, and no more.
pub async fn lean_chunks(steps: &Steps) {
    let folder = steps.succeeds("a folder", lab::folder::Folder::new());
    // Longer than what a client takes before its chunks grow.
    let made = Payload::new(16 * MIB).create(folder.path(), "a.bin");
    steps.succeeds("a file of 16 MiB", made);
    let mut downloads = downloads(steps, folder.path());
    downloads.body = BodyKind::Lean;
    let router = downloads::router(Arc::new(downloads));
    for range in ["bytes=0-", "bytes=5-"] {
        let request = axum::http::Request::get("/download")
            .header("Host", "localhost")
            .header("Range", range)
            .body(Body::empty());
        let request = steps.succeeds("a request", request);
        steps.step(format!("`{range}` with the body Lean"));
        let answer = router.clone().oneshot(request).await;
        let answer = steps.succeeds("an answer", answer);
        let mut body = answer.into_body();
        while let Some(frame) = body.frame().await {
            let frame = steps.succeeds("a chunk", frame);
            let data = frame.data_ref().map_or(0, |data| data.len());
            let what = "bytes of a lean chunk";
            steps.at_most(what, Size(data as u64), Size(16 * KIB));
        }
    }
}

const CLIENTS: usize = 50;

pub async fn aborted(steps: Steps) {
    for kind in BODIES {
        let site =
            Site::with(&steps, |downloads| downloads.body = kind);
        let file = site.payload("a.bin", Payload::stamped(64 * MIB));
        steps.step(format!("50 clients of the body {kind:?} leave"));
        for at in 0..CLIENTS {
            let mut request = Request::get("/files/a.bin");
            if at % 2 == 1 {
                request = request.header("Range", "bytes=5-");
            }
            let connection = site.connect().await;
            let (mut connection, head) =
                site.head(connection, &request).await;
            steps.one_of("status", &head.status, &[200, 206]);
            let body =
                connection.receiver.body(&head, request.method());
            let mut body = steps.succeeds("a body", body);
            let chunk = body.next(10_000).await;
            steps.succeeds("the first bytes", chunk);
            drop(connection);
        }
        steps.step("answers without a body");
        for (method, name, value, status) in [
            ("GET", "If-None-Match", "*", 304),
            ("GET", "If-Match", "\"other\"", 412),
            ("GET", "Range", "bytes=67108864-", 416),
            ("HEAD", "Accept-Encoding", "identity", 200),
        ] {
            let request = Request::new(method, "/files/a.bin");
            let answer = site.ask(&request.header(name, value)).await;
            steps.equal("status", &answer.head.status, &status);
        }
        let Some(before) = open_files(&file) else {
            steps.note("not counted here: open files");
            continue;
        };
        steps.note(format!("{before} open when the last one had left"));
        // Nothing says when the last one is closed.
        let all_closed = async {
            while open_files(&file) != Some(0) {
                sleep(TICK).await;
            }
        };
        let closed = timeout(PATIENCE, all_closed).await.is_ok();
        let open = open_files(&file).unwrap_or(0);
        steps.equal("files that stay open", &open, &0);
        steps.holds("all are closed", closed);
        let next = site.whole(&Request::head("/files/a.bin")).await;
        let told = field(&next, "Content-Length");
        steps.equal("Content-Length", &told, &"67108864");
    }
}

const TICK: Duration = Duration::from_millis(5);

/// How often this process has the file open. `None` where the
/// kernel does not tell.
fn open_files(file: &Path) -> Option<usize> {
    if !lab::process::has_proc() {
        return None;
    }
    let open = std::fs::read_dir("/proc/self/fd").ok()?;
    let targets = open
        .flatten()
        .filter_map(|entry| std::fs::read_link(entry.path()).ok());
    let file = file.canonicalize().ok()?;
    Some(targets.filter(|target| *target == file).count())
}

/// Whole, without a range: both bodies tell the length.
pub async fn whole_length(steps: Steps) {
    for kind in BODIES {
        let site =
            Site::with(&steps, |downloads| downloads.body = kind);
        for length in [0, 1, 65_536, 65_537, 300_000] {
            let payload = Payload::new(length);
            site.payload("a.bin", payload);
            for target in ["/files/a.bin", "/download"] {
                let answer = site.ask(&Request::get(target)).await;
                steps.equal("status", &answer.head.status, &200);
                let told = answer.head.header("Content-Length");
                let expected = length.to_string();
                steps.equal("Content-Length", &told, &Some(&*expected));
                let bytes = payload.bytes(0..length);
                steps.equal_bytes("the file", &answer.body, &bytes);
                steps.equal("what is wrong", &answer.broken, &None);
            }
            let gone = std::fs::remove_file(site.path("a.bin"));
            steps.succeeds("take the file away", gone);
        }
        let gone = site.ask(&Request::get("/download")).await;
        steps.equal("status of no file", &gone.head.status, &404);
    }
}
