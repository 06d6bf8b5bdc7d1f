//! A slow disk here slows the origin there: two services, and
//! what has passed each of them.
//!
//! ```text
//! cargo run -p chapter-11-solution --example two_services
//! ```
//!
//! With `-- --write`, it writes `book/measured/two-services.json`
//! and `.svg` too.

#[path = "two_services/figure.rs"]
mod figure;

use std::error::Error;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bytes::Bytes;
use lab::folder::Folder;
use lab::payload::Payload;
use lab::work::CallCounter;
use messages::HeadLimits;
use names::{Resolver, RetrySchedule, UdpAndTcp};
use pipelines::Sink;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use uploads::{
    Draft, FileName, Importer, TemporaryFile, UploadLimits, save,
};

use crate::figure::{Sample, drawn};

const FILE: u64 = 64 << 20;
/// The disk takes 64 KiB in so long: at most 16 MiB a second.
const PAUSE: Duration = Duration::from_millis(4);
/// Between these bytes it takes nothing at all for a while.
const STALL_AT: u64 = 16 << 20;
const STALL: Duration = Duration::from_millis(1500);
/// How often is looked.
const TICK: Duration = Duration::from_millis(25);

type Failed = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let folder = Folder::new()?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}/file.bin", listener.local_addr()?);
    let (sent, saved) = (CallCounter::new(), CallCounter::new());
    let origin = tokio::spawn(origin(listener, sent.clone()));
    let importer = importer(folder.path())?;
    let begin = Instant::now();
    let look = tokio::spawn({
        let (sent, saved) = (sent.clone(), saved.clone());
        async move {
            let mut samples = Vec::new();
            while saved.bytes() < FILE {
                samples.push(Sample {
                    ms: begin.elapsed().as_millis() as u64,
                    sent: sent.bytes(),
                    saved: saved.bytes(),
                });
                sleep(TICK).await;
            }
            samples
        }
    });
    let incoming = importer.fetch(&url).await?;
    let draft = Slow {
        inner: TemporaryFile::create(folder.path()).await?,
        saved: saved.clone(),
        stalled: false,
    };
    save(incoming, draft, &importer.limits).await?;
    let samples = look.await?;
    origin.await??;
    report(&samples)?;
    Ok(())
}

/// The other service: sends a file, as fast as it is taken.
async fn origin(
    listener: TcpListener,
    sent: CallCounter,
) -> io::Result<()> {
    let (mut stream, _): (TcpStream, _) = listener.accept().await?;
    let _ = stream.read(&mut [0; 1024]).await?;
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Length: {FILE}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let (payload, mut chunk) = (Payload::new(FILE), vec![0; 64 * 1024]);
    for at in 0..FILE / chunk.len() as u64 {
        payload.fill(at * chunk.len() as u64, &mut chunk);
        stream.write_all(&chunk).await?;
        sent.add(chunk.len() as u64);
    }
    Ok(())
}

fn importer(
    folder: &Path,
) -> Result<Importer<connections::Tcp>, Failed> {
    let server = SocketAddr::from(([127, 0, 0, 1], 53));
    Ok(Importer {
        resolver: Resolver::new(
            Box::new(UdpAndTcp { server }),
            RetrySchedule::default(),
            Box::new(|| 0),
        ),
        dial: connections::Tcp,
        exceptions: "127.0.0.0/8".parse()?,
        patience: Duration::from_secs(60),
        head: HeadLimits::default(),
        limits: UploadLimits::default(),
        folder: folder.to_owned(),
    })
}

/// A disk that is slow, and stalls once.
struct Slow {
    inner: TemporaryFile,
    saved: CallCounter,
    stalled: bool,
}

impl Sink for Slow {
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        if !self.stalled && self.saved.bytes() >= STALL_AT {
            self.stalled = true;
            sleep(STALL).await;
        }
        let share = chunk.len() as f64 / 65_536.0;
        sleep(PAUSE.mul_f64(share)).await;
        self.saved.add(chunk.len() as u64);
        self.inner.write(chunk).await
    }

    async fn finish(&mut self) -> io::Result<()> {
        self.inner.finish().await
    }
}

impl Draft for Slow {
    async fn flush(&mut self) -> io::Result<()> {
        self.inner.flush().await
    }

    async fn sync(&mut self) -> io::Result<()> {
        self.inner.sync().await
    }

    async fn rename(&mut self, name: &FileName) -> io::Result<PathBuf> {
        self.inner.rename(name).await
    }

    fn path(&self) -> &Path {
        self.inner.path()
    }
}

/// Prints the figures, and writes them if it is told to.
fn report(samples: &[Sample]) -> Result<(), Failed> {
    let gap =
        |sample: &Sample| sample.sent - sample.saved.min(sample.sent);
    let most = samples.iter().map(gap).max().unwrap_or_default();
    let end = samples.last().map_or(0, |sample| sample.ms);
    let build = if cfg!(debug_assertions) {
        "development"
    } else {
        "release"
    };
    let text = format!(
        "{{\n  \"circumstances\": \"{}, {build} build, loopback\",\n  \
         \"command\": \"cargo run -p chapter-11-solution --example two_services\",\n  \
         \"file_mib\": {},\n  \"stall_ms\": {},\n  \
         \"most_between_mib\": \"{:.1}\",\n  \"seconds\": \"{:.1}\",\n  \
         \"schema\": 1\n}}\n",
        std::env::consts::OS,
        FILE >> 20,
        STALL.as_millis(),
        most as f64 / f64::from(1 << 20),
        end as f64 / 1000.0,
    );
    if std::env::args().any(|word| word == "--write") {
        let measured = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../book/measured");
        fs::write(measured.join("two-services.json"), &text)?;
        let figure = drawn(samples, FILE);
        fs::write(measured.join("two-services.svg"), figure)?;
    }
    print!("{text}");
    Ok(())
}
