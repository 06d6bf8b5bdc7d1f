//! The program with files to serve.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures_util::future::join_all;
use lab::folder::Folder;
use lab::payload::Payload;
use lab::server::{Program, Server};
use lab_net::client::{Client, Download, Pace};
use lab_net::request::Request;
use programs::Executable;
use tokio::task::JoinHandle;

use crate::{Numbers, descriptors};

/// The length of `/files/large.bin`, in bytes: more than the kernel holds for a client.
pub const LARGE: u64 = 16 << 20;
/// The length of `/files/huge.bin`, in bytes: more than the kernel holds for a client
/// and for a proxy in front of it, with 10 MiB for each way at most.
pub const HUGE: u64 = 96 << 20;
/// The length of `/files/small.bin`, in bytes.
pub const SMALL: u64 = 20_000;
/// The finished server's.
const PACKAGE: &str = "chapter-13-solution";
/// How long the program has to listen, and a state to be reached. Nothing is judged by
/// it: who does not get there at all, waits for it.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a state is looked at.
const POLL: Duration = Duration::from_millis(20);

/// The finished server, with a folder of its own. Dropped, both are gone.
#[derive(Debug)]
pub struct Finished {
    /// The process.
    pub server: Server,
    /// What it serves; uploads arrive in `uploads` beside it.
    pub folder: Folder,
}

impl Finished {
    /// Starts it, with more flags. `/files/large.bin`, `huge.bin` and
    /// `small.bin` are there.
    pub fn start(flags: &[&str]) -> Result<Finished> {
        Finished::beside(Folder::new()?, flags)
    }

    /// The same in a folder that is there already.
    pub fn beside(folder: Folder, flags: &[&str]) -> Result<Finished> {
        Finished::of(Program::new(program()?), folder, flags)
    }

    /// The same, built with optimizations.
    pub fn optimised(folder: Folder, flags: &[&str]) -> Result<Finished> {
        let program = Executable::of(PACKAGE).release(true).build()?;
        Finished::of(Program::new(program), folder, flags)
    }

    /// The same, started by a line of the shell, such as `exec "$@" 2>/dev/full`.
    pub fn under(line: &str, folder: Folder, flags: &[&str]) -> Result<Finished> {
        let shell = Program::new("sh").args(["-c", line, "sh"]).arg(program()?);
        Finished::of(shell, folder, flags)
    }

    fn of(program: Program, folder: Folder, flags: &[&str]) -> Result<Finished> {
        let root = folder.path().join("files");
        std::fs::create_dir_all(&root)?;
        let large = Payload::new(LARGE).create(&root, "large.bin")?;
        Payload::new(HUGE).create(&root, "huge.bin")?;
        Payload::new(SMALL).create(&root, "small.bin")?;
        let program = program
            .args([
                "--listen",
                "127.0.0.1:0",
                "--log",
                "off",
                "--admin",
                "public",
                "--root",
            ])
            .arg(root)
            .arg("--file")
            .arg(large)
            .args(flags.iter().copied());
        let server = program.start(PATIENCE).map_err(anyhow::Error::msg)?;
        Ok(Finished { server, folder })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Downloads the large file at a pace, and looks at every byte.
    pub fn download(
        &self,
        pace: Pace,
    ) -> impl Future<Output = Result<Download>> + use<> {
        let client = Client::new(self.address())
            .pace(pace)
            .verify(Payload::new(LARGE).verifier());
        async move {
            let request = Request::get("/files/large.bin");
            Ok(client.download(&request).await?)
        }
    }

    /// So many such downloads at once, on tasks of their own.
    pub fn crowd(&self, count: usize, pace: Pace) -> JoinHandle<Vec<Result<Download>>> {
        let downloads: Vec<_> =
            (0..count).map(|_| self.download(pace.clone())).collect();
        tokio::spawn(join_all(downloads))
    }

    /// Its numbers now.
    pub async fn numbers(&self) -> Result<Numbers> {
        Numbers::ask(self.address()).await
    }

    /// Waits until its numbers are as they should be; otherwise says how they are.
    pub async fn settles(
        &self,
        what: &str,
        there: impl Fn(&Numbers) -> Result<bool>,
    ) -> Result<Numbers> {
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            let numbers = self.numbers().await?;
            if there(&numbers)? {
                return Ok(numbers);
            }
            if std::time::Instant::now() > end {
                bail!("this never happened: {what}\n{numbers:#?}");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until nobody is served but the one who asks, and compares with how it was
    /// then: no body goes on, and no descriptor is left.
    pub async fn is_as(&self, before: Option<usize>) -> Result<()> {
        let numbers = self
            .settles("no connection and no body", |numbers| {
                let ended = numbers.get("transfers_complete_total")?
                    + numbers.get("transfers_cut_total")?;
                Ok(numbers.get("connections_open")? <= 1.0
                    && numbers.get("bytes_in_flight")? == 0.0
                    && numbers.get("transfers_started_total")? == ended)
            })
            .await?;
        ensure!(numbers.get("ready")? == 1.0, "it is ready");
        let end = std::time::Instant::now() + PATIENCE;
        while descriptors(&self.server) > before {
            let now = descriptors(&self.server);
            ensure!(
                std::time::Instant::now() < end,
                "{now:?} descriptors are open, and there were {before:?}"
            );
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// How many descriptors are open when nobody is served. The first requests open
    /// some that stay.
    pub async fn descriptors(&self) -> Result<Option<usize>> {
        self.download(Pace::Fast)
            .await?
            .verdict()
            .map_err(anyhow::Error::msg)?;
        self.is_as(Some(usize::MAX)).await?;
        Ok(descriptors(&self.server))
    }
}

/// A database with a table `items` of so many rows, about 100 bytes each.
pub fn database(folder: &Path, rows: u64) -> Result<PathBuf> {
    let program = Executable::of("chapter-12-solution").build()?;
    let file = folder.join("items.db");
    let made = Command::new(program)
        .arg("sample")
        .arg(&file)
        .arg(rows.to_string())
        .output()?;
    ensure!(made.status.success(), "{made:?}");
    Ok(file)
}

/// The finished server's program, built once for all tests.
pub fn program() -> Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let build = || {
        let program = Executable::of(PACKAGE).build();
        program.map_err(|error| error.to_string())
    };
    let built = BUILT.get_or_init(build).clone();
    built
        .map_err(anyhow::Error::msg)
        .context("the finished server")
}
