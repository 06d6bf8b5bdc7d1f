//! Measures one server after the other, each in a process of its own.

use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use course::complain;
use course::screen::columns;
use lab::payload::{Coding, Payload};
use lab::server::Server;
use lab_net::client::{self, Client, Download, Hold, Pace};
use lab_net::fleet::fleet;
use lab_net::request::Request;
use lab_net::resident::Sampler;

use crate::curve::{Curve, mebibytes};
use crate::error::Error;
use crate::events::Samples;
use crate::kernel::SendQueueSampler;
use crate::memory;
use crate::options::Options;
use crate::program::Program;
use crate::spark;

/// How often memory is sampled. It costs about half a percent of a core.
const INTERVAL: Duration = Duration::from_millis(20);
/// The curve continues for this long after the last byte, to show how much memory
/// stays.
const TAIL: Duration = Duration::from_millis(400);
/// How long a server may take to print where it listens.
const START: Duration = Duration::from_secs(20);
/// A naive server reads the whole file for every client before the first byte.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long stalled clients wait for each other's heads before they continue to read.
const TOGETHER: Duration = Duration::from_secs(60);
/// How often the progress line changes.
const PROGRESS: Duration = Duration::from_millis(250);

/// Measures every program, one after the other.
pub(crate) fn all(
    programs: &[Program],
    file: &Path,
    payload: &Payload,
    options: &Options,
) -> Result<Vec<Curve>, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Error::Drawing(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        tokio::select! {
            curves = one_by_one(programs, file, payload, options) => curves,
            () = interrupted() => Err(Error::Interrupted),
        }
    })
}

/// Returns the operating system, the build, and how bytes are verified, for the line
/// below the picture.
pub(crate) fn circumstances(payload: &Payload, options: &Options) -> String {
    let build = if options.release {
        "optimised"
    } else {
        "development build"
    };
    let coding = match payload.coding() {
        Coding::EveryByte => "every byte verified",
        Coding::Stamps => "sparse file, a page in each MiB verified",
    };
    let system = std::env::consts::OS;
    format!("{system}, {build}, loopback, {coding}")
}

async fn one_by_one(
    programs: &[Program],
    file: &Path,
    payload: &Payload,
    options: &Options,
) -> Result<Vec<Curve>, Error> {
    let mut curves = Vec::new();
    // Otherwise the first server would read from the disk, and the others from memory.
    warm(file);
    for program in programs {
        curves.push(one(program, file, payload, options).await?);
    }
    Ok(curves)
}

/// Reads the file once, into the operating system's cache. A file that doesn't fit
/// won't stay there.
fn warm(file: &Path) {
    const MOST: u64 = 2 << 30;
    if let Ok(file) = std::fs::File::open(file) {
        // An error doesn't matter here: this is only for fairness, and the servers
        // report it if the file can't be read.
        let _ = std::io::copy(&mut file.take(MOST), &mut std::io::sink());
    }
}

async fn one(
    program: &Program,
    file: &Path,
    payload: &Payload,
    options: &Options,
) -> Result<Curve, Error> {
    let mut server = start(program, file).await?;
    let unwatched = |error: lab_net::resident::Error| Error::Unwatched {
        label: program.label.clone(),
        why: error.to_string(),
    };
    options.tell().started(&program.server, &program.label);
    let samples = Samples::new(options.tell(), &program.server);
    let heard = samples.clone();
    let started = Instant::now();
    let sampler =
        Sampler::telling(server.pid(), INTERVAL, move |sample| heard.hear(sample))
            .map_err(unwatched)?;
    let requested = started.elapsed().as_secs_f64();
    samples.requested(requested);
    let first = Instant::now();
    let kernel = options
        .kernel
        .then(|| SendQueueSampler::start(server.address().port()));
    let downloads = download(server.address(), payload, options);
    let downloads = tokio::select! {
        downloads = downloads => downloads,
        never = progress(&program.label, &server) => match never {},
    };
    let time = first.elapsed();
    tokio::time::sleep(TAIL).await;
    let series = sampler.stop();
    let kernel = kernel.map(|watch| watch.points());
    clear_progress();
    if is_broken(&downloads) {
        let peak = series.peak();
        let fault = memory::ran_out(program, &mut server, peak, options).await;
        fault.map_or(Ok(()), Err)?;
    }
    let (bytes, first_bytes, flaw) = judge(program, &server, downloads)?;
    complain!(
        "{}: {:.1} MiB at its peak, {:.1} s",
        program.label,
        mebibytes(series.peak()),
        time.as_secs_f64()
    );
    let curve = Curve {
        label: program.label.clone(),
        server: program.server.clone(),
        series,
        requested,
        kernel,
        first_bytes,
        time,
        bytes,
        flaw,
    };
    options.tell().finished(&curve);
    Ok(curve)
}

/// Starts the server on a port that the operating system chooses.
async fn start(program: &Program, file: &Path) -> Result<Server, Error> {
    let start = program
        .program
        .clone()
        .args(["--listen", "127.0.0.1:0", "--file"])
        .arg(file);
    let started = tokio::task::spawn_blocking(move || start.start(START)).await;
    let silent = |why: String| Error::ServerDidNotStart {
        label: program.label.clone(),
        next: program.next.clone(),
        why: if why.contains("not yet implemented") {
            "it isn't written yet".to_owned()
        } else {
            why
        },
    };
    match started {
        Ok(Ok(server)) => Ok(server),
        Ok(Err(error)) => Err(silent(error.to_string())),
        Err(error) => Err(silent(error.to_string())),
    }
}

async fn download(
    address: std::net::SocketAddr,
    payload: &Payload,
    options: &Options,
) -> Vec<Result<Download, client::Error>> {
    let hold = Hold::new();
    let pace = match (options.rate, options.stall) {
        (Some(rate), _) => Pace::Rate(rate),
        (None, Some(_)) => Pace::Stalled(hold.clone()),
        (None, None) => Pace::Fast,
    };
    let client = Client::new(address)
        .patience(PATIENCE)
        .pace(pace)
        .verify(payload.verifier());
    let downloads = fleet(options.clients, |_| {
        let client = client.clone();
        async move { client.download(&Request::get("/download")).await }
    });
    let released = async {
        // A client that was refused is never held, so the others must not wait for it.
        let together = hold.reached(options.clients);
        let _ = tokio::time::timeout(TOGETHER, together).await;
        tokio::time::sleep(options.stall.unwrap_or_default()).await;
        hold.release();
        std::future::pending().await
    };
    tokio::select! {
        downloads = downloads => downloads,
        never = released => never,
    }
}

/// Returns whether a client got no file at all.
fn is_broken(downloads: &[Result<Download, client::Error>]) -> bool {
    let whole = |it: &Result<Download, client::Error>| {
        it.as_ref().is_ok_and(|download| download.status() == 200)
    };
    !downloads.iter().all(whole)
}

type Judged = (u64, Vec<Duration>, Option<String>);

/// Adds up the downloads, and keeps the first mistake.
fn judge(
    program: &Program,
    server: &Server,
    downloads: Vec<Result<Download, client::Error>>,
) -> Result<Judged, Error> {
    let mut bytes = 0;
    let mut first_bytes = Vec::new();
    let mut flaw = None;
    for download in downloads {
        let download = download.map_err(|error| Error::NoDownload {
            label: program.label.clone(),
            next: program.next.clone(),
            why: with_last_line(&error.to_string(), server),
        })?;
        bytes += download.bytes;
        first_bytes.push(download.first_byte);
        let verdict = match download.status() {
            200 => download.verdict().map(drop),
            status => Err(format!("it answered {status}")),
        };
        flaw = flaw.or(verdict.err());
    }
    Ok((bytes, first_bytes, flaw))
}

/// The last line that the server printed often says why.
fn with_last_line(error: &str, server: &Server) -> String {
    let lines = server.lines();
    if lines
        .iter()
        .any(|line| line.starts_with("not yet implemented"))
    {
        return "it isn't written yet".to_owned();
    }
    match lines.last() {
        Some(line) => format!("{error}\nIts last line: {line}"),
        None => error.to_owned(),
    }
}

/// Shows the progress, forever: on a terminal, a line that changes, and elsewhere a
/// line every few seconds.
async fn progress(label: &str, server: &Server) -> std::convert::Infallible {
    let live = std::io::stderr().is_terminal();
    let started = Instant::now();
    let mut levels = Vec::new();
    let mut told = 0;
    loop {
        tokio::time::sleep(PROGRESS).await;
        let resident = server.resident().map(mebibytes);
        let seconds = started.elapsed().as_secs_f64();
        let known =
            resident.map_or_else(String::new, |now| format!("{now:>7.1} MiB  "));
        levels.extend(resident);
        let tallest = levels.iter().copied().fold(64.0, f64::max);
        let figures = format!("{label}: {seconds:>5.1} s  {known}");
        // A line that is wrapped couldn't be overwritten.
        let room = columns().saturating_sub(figures.chars().count() + 1);
        let line = figures + &spark::line(&levels, tallest, room.min(32));
        if live {
            eprint!("\r\u{1b}[2K{line}");
            // A terminal that is gone is no reason to stop measuring.
            let _ = std::io::stderr().flush();
        } else if seconds as u64 / 5 > told {
            told = seconds as u64 / 5;
            complain!("{line}");
        }
    }
}

fn clear_progress() {
    if std::io::stderr().is_terminal() {
        eprint!("\r\u{1b}[2K");
    }
}

/// Waits for Ctrl-C, or for a polite request to exit.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => return,
                _ = tokio::signal::ctrl_c() => return,
            }
        }
    }
    // Without a handler, the operating system ends this process, and the run with it.
    let _ = tokio::signal::ctrl_c().await;
}
