//! Seven ways to carry a file, from the naive one to the direct
//! body: how fast one client on this machine gets 512 MiB, and
//! how much memory the server takes meanwhile.
//!
//! ```text
//! cargo run --release -p chapter-10-solution --example stages
//! ```
//!
//! With `-- --write`, it writes `book/measured/stages.json` too. Ratios are to the
//! direct body of the same round: absolute figures change from
//! machine to machine.

use std::error::Error;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use backpressure::{AbortOnDrop, CHUNK, FileBody, chunk_stream};
use bytes::BytesMut;
use connections::{ServeLimits, serve};
use downloads::direct;
use futures_util::stream;
use lab::folder::Folder;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use tokio::io::AsyncReadExt;
use tokio::task::spawn_blocking;
use watermark::{Watermarks, queue};

const LENGTH: u64 = 512 * MIB;
const ROUNDS: usize = 5;
const MARK: usize = 64 * 1024;
/// Name and what it is.
const STAGES: [&str; 7] = [
    "whole",
    "reader_4",
    "reader_64",
    "reader_256",
    "queued_64",
    "queued",
    "direct",
];

type Failure = Box<dyn Error + Send + Sync>;

/// What a stage did in each round.
#[derive(Default, Clone)]
struct Figures {
    /// In MB/s.
    speed: Vec<f64>,
    /// In bytes.
    peak: u64,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = Folder::new()?;
    let file = Payload::new(64 * MIB).create(folder.path(), "part")?;
    let large = folder.path().join("large");
    let part = fs::read(file)?;
    let mut writing = fs::File::create(&large)?;
    for _ in 0..LENGTH / part.len() as u64 {
        writing.write_all(&part)?;
    }
    drop((part, writing));
    let (address, _trigger) = start(&large)?;
    let mut figures = vec![Figures::default(); STAGES.len()];
    for round in 0..=ROUNDS {
        for (stage, figures) in STAGES.iter().zip(&mut figures) {
            let mark = Mark::now();
            let took = spawn_blocking(move || download(address, stage));
            let took = took.await??;
            // The first round fills the page cache.
            if round > 0 {
                let speed = LENGTH as f64 / 1e6 / took.as_secs_f64();
                figures.speed.push(speed);
                figures.peak = figures.peak.max(mark.peak());
            }
        }
    }
    let best = median(&figures[STAGES.len() - 1].speed);
    let mut text = String::from("{\n");
    for (stage, figures) in STAGES.iter().zip(&figures) {
        let speed = median(&figures.speed);
        let (ratio, peak) = (speed / best, figures.peak / KIB);
        println!(
            "{stage:>10} {speed:>6.0} MB/s {ratio:>5.2} of direct, \
             {peak:>7} KiB"
        );
        text += &format!(
            "  \"{stage}\": {{ \"mb_per_second\": {speed:.0}, \
             \"of_direct\": \"{ratio:.2}\", \"peak_kib\": {peak} }},\n"
        );
    }
    text += &format!(
        "  \"circumstances\": \"{}, loopback, one client, 512 MiB\",\n  \
         \"command\": \"cargo run --release -p chapter-10-solution \
         --example stages\"\n}}\n",
        std::env::consts::OS
    );
    if std::env::args().any(|word| word == "--write") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../book/measured/stages.json");
        fs::write(path, text)?;
    }
    Ok(())
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// One route a stage.
fn start(
    file: &Path,
) -> Result<(SocketAddr, connections::Trigger), Failure> {
    let mut router = Router::new();
    for stage in STAGES {
        let file = file.to_owned();
        let answer = move || {
            let file = file.clone();
            async move {
                body(stage, file)
                    .await
                    .map_err(|error| error.to_string())
            }
        };
        router = router.route(&format!("/{stage}"), get(answer));
    }
    let listener = connections::bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let address = listener.local_addr()?;
    let (trigger, shutdown) = connections::shutdown();
    let limits = ServeLimits {
        connections: 10,
        pause: Duration::from_millis(100),
    };
    tokio::spawn(serve(
        listener,
        limits,
        shutdown,
        move |connection| {
            let router = router.clone();
            Box::pin(backpressure::serve_http(connection, router))
        },
    ));
    Ok((address, trigger))
}

async fn body(stage: &str, path: PathBuf) -> Result<Body, Failure> {
    if stage == "whole" {
        return Ok(Body::from(tokio::fs::read(path).await?));
    }
    let file = tokio::fs::File::open(path).await?;
    Ok(match stage {
        "reader_4" => chunks(file, 4 << 10),
        "reader_64" => chunks(file, 64 << 10),
        "reader_256" => chunks(file, 256 << 10),
        "queued_64" => Body::new(fixed(file.into_std().await)),
        "queued" => {
            let file = file.into_std().await;
            Body::new(FileBody::queued(file, 0..LENGTH, MARK))
        }
        _ => Body::new(direct(file.into_std().await, 0..LENGTH)),
    })
}

/// Chapter 8's body before its chunks grew: a queue and a reader,
/// and 64 KiB in each trip to the blocking pool.
fn fixed(mut file: fs::File) -> FileBody {
    let (producer, consumer) = queue(Watermarks::new(MARK / 2, MARK));
    let reading = async move {
        let mut block = BytesMut::new();
        loop {
            let read = spawn_blocking(move || {
                block.clear();
                block.resize(CHUNK, 0);
                let length = file.read(&mut block)?;
                let chunk = block.split_to(length).freeze();
                std::io::Result::Ok((file, block, chunk))
            });
            let Ok(Ok((file_back, block_back, chunk))) = read.await
            else {
                return;
            };
            (file, block) = (file_back, block_back);
            if chunk.is_empty() {
                return producer.close();
            }
            if producer.send(chunk).await.is_err() {
                return;
            }
        }
    };
    let feeder = AbortOnDrop::spawn(Box::pin(reading));
    FileBody::new(chunk_stream(consumer, feeder), LENGTH)
}

/// What `ReaderStream` of `tokio-util` does, whose default is
/// 4 KiB.
fn chunks(file: tokio::fs::File, size: usize) -> Body {
    let chunks = stream::try_unfold(file, move |mut file| async move {
        let mut chunk = BytesMut::with_capacity(size);
        match file.read_buf(&mut chunk).await? {
            0 => Ok::<_, std::io::Error>(None),
            _ => Ok(Some((chunk.freeze(), file))),
        }
    });
    Body::from_stream(chunks)
}

/// Reads the answer to its end, and counts its bytes.
fn download(
    address: SocketAddr,
    stage: &str,
) -> Result<Duration, Failure> {
    let started = Instant::now();
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET /{stage} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    )?;
    let (mut buffer, mut bytes) = (vec![0; 256 << 10], 0);
    loop {
        match stream.read(&mut buffer)? {
            0 => break,
            read => bytes += read as u64,
        }
    }
    if bytes < LENGTH {
        return Err(format!("{stage}: {bytes} bytes").into());
    }
    Ok(started.elapsed())
}
