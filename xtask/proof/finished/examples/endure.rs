//! Minutes of mixed load with faults, and what memory does meanwhile.
//!
//! ```text
//! cargo run --release -p finished --example endure -- 20
//! ```
//!
//! The number is in minutes. Downloads of every kind, uploads, exports, and clients
//! that leave, stall, send heads that never end, and nonsense. Every answer that was
//! promised is verified. It fails when one is wrong, or when something is left at the
//! end: a connection, a descriptor, a file.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use finished::{Finished, Form, LARGE, SMALL, database, descriptors, threads};
use lab::folder::Folder;
use lab::payload::Payload;
use lab::random::Random;
use lab_net::client::{Client, Hold, Pace};
use lab_net::request::Request;
use serde_json::json;

/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// What is left out at the beginning: buffers grow, and stay; and each of the pool's
/// threads fills the allocator's arenas once, which takes some minutes of this load.
const WARM: f64 = 0.5;
/// Of an export, in rows of about 100 bytes.
const ROWS: u64 = 30_000;
const FLAGS: [&str; 6] = [
    "--write-timeout",
    "3s",
    "--header-timeout",
    "3s",
    "--idle-timeout",
    "3s",
];

/// What the clients of one kind do, again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Whole,
    Part,
    Small,
    Slow,
    Leaves,
    Stalls,
    EndlessHead,
    Nonsense,
    Upload,
    CutUpload,
    Export,
    CutExport,
}

/// The clients: each kind so many times at once.
const CLIENTS: [(Kind, usize); 12] = [
    (Kind::Whole, 3),
    (Kind::Part, 2),
    (Kind::Small, 4),
    (Kind::Slow, 4),
    (Kind::Leaves, 4),
    (Kind::Stalls, 10),
    (Kind::EndlessHead, 10),
    (Kind::Nonsense, 2),
    (Kind::Upload, 2),
    (Kind::CutUpload, 2),
    (Kind::Export, 2),
    (Kind::CutExport, 2),
];

#[tokio::main]
async fn main() -> ExitCode {
    let minutes = std::env::args().nth(1);
    let minutes: Option<f64> = minutes.and_then(|text| text.parse().ok());
    let Some(minutes) = minutes.filter(|minutes| *minutes > 0.0) else {
        eprintln!("endure: how many minutes? Such as: -- 20");
        return ExitCode::from(2);
    };
    match endure(Duration::from_secs_f64(minutes * 60.0)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("endure: {error:?}");
            ExitCode::FAILURE
        }
    }
}

async fn endure(time: Duration) -> Result<()> {
    let folder = Folder::new()?;
    let uploads = folder.path().join("uploads");
    let file = database(folder.path(), ROWS)?;
    let more = [
        "--uploads",
        uploads.to_str().context("a path as text")?,
        "--database",
        file.to_str().context("a path as text")?,
    ];
    let server = Arc::new(Finished::optimised(folder, &[&FLAGS[..], &more].concat())?);
    let end = Instant::now() + time;
    let counts: [Arc<AtomicU64>; 12] = Default::default();
    let mut clients = Vec::new();
    for ((kind, many), count) in CLIENTS.into_iter().zip(&counts) {
        for index in 0..many {
            let (server, count) = (Arc::clone(&server), Arc::clone(count));
            clients.push(tokio::spawn(async move {
                let mut random = Random::new(index as u64);
                while Instant::now() < end {
                    let once = once(kind, &server, &mut random).await;
                    once.with_context(|| format!("{kind:?}"))?;
                    count.fetch_add(1, Ordering::Relaxed);
                }
                anyhow::Ok(())
            }));
        }
    }
    let samples = watch(&server, end).await?;
    for client in clients {
        client.await??;
    }
    server.is_as(Some(usize::MAX)).await?;
    let left: Vec<_> = std::fs::read_dir(&uploads)?.collect();
    ensure!(left.is_empty(), "left of uploads: {left:?}");
    let counts: serde_json::Map<_, _> = CLIENTS
        .iter()
        .zip(&counts)
        .map(|((kind, _), count)| {
            (format!("{kind:?}"), json!(count.load(Ordering::Relaxed)))
        })
        .collect();
    let resident = |sample: &Sample| sample.resident;
    let figures = json!({
        "minutes": time.as_secs_f64() / 60.0,
        "times": counts,
        "resident_kib": spread(&samples, resident),
        "resident_kib_by_minute": by_minute(&samples),
        "slope_kib_per_minute": slope(&samples),
        "descriptors": spread(&samples, |sample| sample.descriptors),
        "threads": spread(&samples, |sample| sample.threads),
        "at_the_end": {
            "resident_kib": server.server.resident().map(|bytes| bytes / 1024),
            "descriptors": descriptors(&server.server),
            "threads": threads(&server.server),
        },
    });
    println!("{}", serde_json::to_string_pretty(&figures)?);
    Ok(())
}

/// What the system says of the server at one moment.
#[derive(Debug, Clone, Copy)]
struct Sample {
    minutes: f64,
    /// KiB.
    resident: u64,
    descriptors: u64,
    threads: u64,
}

async fn watch(server: &Finished, end: Instant) -> Result<Vec<Sample>> {
    let start = Instant::now();
    let mut samples = Vec::new();
    while Instant::now() < end {
        tokio::time::sleep(LOOK).await;
        let process = &server.server;
        let bytes = process
            .resident()
            .context("memory cannot be watched here")?;
        let count = |seen: Option<usize>| seen.map_or(0, |seen| seen as u64);
        samples.push(Sample {
            minutes: start.elapsed().as_secs_f64() / 60.0,
            resident: bytes / 1024,
            descriptors: count(descriptors(process)),
            threads: count(threads(process)),
        });
    }
    let warm = (samples.len() as f64 * WARM) as usize;
    Ok(samples.split_off(warm))
}

fn spread(samples: &[Sample], of: impl Fn(&Sample) -> u64) -> serde_json::Value {
    let mut values: Vec<u64> = samples.iter().map(of).collect();
    values.sort_unstable();
    let middle = values.get(values.len() / 2);
    json!({ "least": values.first(), "median": middle, "most": values.last() })
}

/// The median of each minute: a leak climbs in all of them.
fn by_minute(samples: &[Sample]) -> Vec<u64> {
    let minutes = samples.chunk_by(|a, b| a.minutes.floor() == b.minutes.floor());
    let median = |minute: &[Sample]| {
        let mut values: Vec<u64> = minute.iter().map(|it| it.resident).collect();
        values.sort_unstable();
        values[values.len() / 2]
    };
    minutes.map(median).collect()
}

/// By least squares.
fn slope(samples: &[Sample]) -> f64 {
    let count = samples.len() as f64;
    let mean =
        |of: &dyn Fn(&Sample) -> f64| samples.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(&|s| s.minutes), mean(&|s| s.resident as f64));
    let both = mean(&|s| (s.minutes - x) * (s.resident as f64 - y));
    both / mean(&|s| (s.minutes - x).powi(2))
}

async fn once(kind: Kind, server: &Finished, random: &mut Random) -> Result<()> {
    let address = server.address();
    let client = Client::new(address);
    let large = Request::get("/files/large.bin");
    let whole = client.clone().verify(Payload::new(LARGE).verifier());
    match kind {
        Kind::Whole => right(whole.download(&large).await?.verdict(), LARGE),
        Kind::Slow => {
            let slow = whole.pace(Pace::Rate(4 << 20));
            right(slow.download(&large).await?.verdict(), LARGE)
        }
        Kind::Part => {
            let start = random.below(LARGE as usize) as u64;
            let verifier = Payload::new(LARGE).verifier_of(start..LARGE);
            let request = large.header("Range", &format!("bytes={start}-"));
            let download = client.verify(verifier).download(&request).await?;
            ensure!(download.status() == 206, "{}", download.status());
            right(download.verdict(), LARGE - start)
        }
        Kind::Small => {
            let client = client.verify(Payload::new(SMALL).verifier());
            let request = Request::get("/files/small.bin");
            let mut connection = client.connect().await?;
            for _ in 0..20 {
                let download = client.download_over(&mut connection, &request).await?;
                right(download.verdict(), SMALL)?;
            }
            Ok(())
        }
        Kind::Leaves => {
            let pace = Pace::Leaves(random.below(LARGE as usize) as u64);
            client.pace(pace).download(&large).await.map(drop)?;
            Ok(())
        }
        Kind::Stalls => {
            let stalled = client.pace(Pace::Stalled(Hold::new()));
            let stalled = tokio::spawn(async move { stalled.download(&large).await });
            tokio::time::sleep(Duration::from_secs(4)).await;
            stalled.abort();
            Ok(())
        }
        Kind::EndlessHead => {
            let mut connection = client.connect().await?;
            let mut text: &[u8] = b"GET / HTTP/1.1\r\nX: ";
            while connection.sender.send(text).await.is_ok() {
                text = b"x";
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            Ok(())
        }
        Kind::Nonsense => {
            let mut bytes = vec![0; 1 + random.below(4000)];
            bytes.fill_with(|| random.below(256) as u8);
            let mut connection = client.connect().await?;
            // It may be refused before its end.
            let _ = connection.sender.send(&bytes).await;
            let _ = connection.sender.end().await;
            connection.receiver.rest(1 << 20).await;
            Ok(())
        }
        Kind::Upload | Kind::CutUpload => upload(kind, server, random).await,
        Kind::Export => {
            let request = Request::get("/exports/items.csv");
            let download = client.download(&request).await?;
            let (status, whole) = (download.status(), download.complete());
            // Others may have all connections for longer than it waits.
            ensure!(status == 503 || status == 200 && whole, "{download:?}");
            Ok(())
        }
        Kind::CutExport => {
            let leaves = client.pace(Pace::Leaves(random.below(100_000) as u64));
            leaves
                .download(&Request::get("/exports/items.json"))
                .await?;
            Ok(())
        }
    }
}

async fn upload(kind: Kind, server: &Finished, random: &mut Random) -> Result<()> {
    let name = format!("{}.bin", random.number());
    let content = vec![random.below(256) as u8; 1 + random.below(4 << 20)];
    let form = Form::new().file(&name, &content);
    if kind == Kind::CutUpload {
        let mut connection = Client::new(server.address()).connect().await?;
        let bytes = form.bytes(server.address());
        let cut = random.below(bytes.len() - 1);
        connection.sender.send(&bytes[..cut]).await?;
        drop(connection);
        // Who never waits for an answer could send more than any disk takes.
        tokio::time::sleep(Duration::from_millis(500)).await;
        return Ok(());
    }
    let answer = form.send(server.address()).await?;
    ensure!(answer.status == 201, "{answer:?}");
    let path = server.folder.path().join("uploads").join(name);
    ensure!(std::fs::read(&path)? == content, "the file is another");
    Ok(std::fs::remove_file(path)?)
}

fn right(verdict: Result<u64, String>, length: u64) -> Result<()> {
    let bytes = verdict.map_err(anyhow::Error::msg)?;
    ensure!(bytes == length, "{bytes} bytes of {length}");
    Ok(())
}
