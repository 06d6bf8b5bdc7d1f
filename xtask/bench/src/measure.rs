//! The rounds: every server is measured in each of them, one after the other, and
//! each round begins with another one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use course::complain;
use lab::payload::Payload;
use lab::process;
use lab_net::client::Client;
use lab_net::request::Request;
use tokio::runtime::Runtime;

use crate::client;
use crate::contender::{Contender, Running};
use crate::error::Error;
use crate::figures::{Figures, Measure};
use crate::options::Options;
use crate::peaks;

const MIB: f64 = 1024.0 * 1024.0;
const GIB: f64 = 1024.0 * MIB;
/// Bytes of the small file.
const SMALL: u64 = 1024;
/// Clients that ask for it, each on one connection.
const ASKING: usize = 8;
/// Connections whose first byte is measured.
const FIRST: usize = 51;
/// Clients at once, in the rounds.
const MANY: usize = 16;
/// Descriptors: each client has one here and one in the server.
const DESCRIPTORS: u64 = 8192;

/// The files of a run.
struct Given {
    large: PathBuf,
    size: u64,
    small: PathBuf,
}

/// All figures of all servers.
pub(crate) fn all(
    contenders: &[Contender],
    folder: &Path,
    options: &Options,
) -> Result<Figures, Error> {
    allow_descriptors();
    let large = Payload::new(options.size());
    let given = Given {
        large: made(large.create(folder, "large.bin"), folder)?,
        size: options.size(),
        small: made(Payload::new(SMALL).create(folder, "small.bin"), folder)?,
    };
    let runtime = Runtime::new();
    let runtime =
        runtime.map_err(|error| Error::Drawing(format!("no runtime: {error}")))?;
    for contender in contenders {
        verify(&runtime, contender, &given, &large)?;
    }
    let mut measures = empty(options);
    for round in 0..options.rounds {
        for turn in 0..contenders.len() {
            let contender = &contenders[(round + turn) % contenders.len()];
            complain!(
                "round {} of {}: {}",
                round + 1,
                options.rounds,
                contender.what
            );
            let figures = one(contender, &given, options)?;
            for (measure, value) in measures.iter_mut().zip(figures) {
                measure.add(contender.name, value);
            }
        }
    }
    for (clients, many) in options.crowds().into_iter().zip([false, true]) {
        measures.extend(peaks::crowd(
            &runtime,
            contenders,
            &given.large,
            clients,
            many,
        )?);
    }
    for size in options.sizes() {
        measures.push(peaks::size(contenders, folder, size)?);
    }
    Ok(Figures {
        command: options.command(),
        machine: machine(),
        servers: contenders
            .iter()
            .map(|it| (it.name, it.what.clone()))
            .collect(),
        measures,
    })
}

/// What [`one`] measures, in its order.
fn empty(options: &Options) -> Vec<Measure> {
    let requests = options.requests();
    vec![
        Measure::new("speed_1", "1 client", "MB/s", "nginx"),
        Measure::new("peak_1", "peak memory, 1 client", "MiB", "nginx"),
        Measure::new("speed_16", "16 clients", "MB/s", "nginx"),
        Measure::new("cpu_16", "processor time, 16 clients", "s/GiB", "nginx"),
        Measure::new("peak_16", "peak memory, 16 clients", "MiB", "nginx"),
        Measure::new("first_byte", "first byte, 1 KiB", "ms", "nginx"),
        Measure::new(
            "requests",
            format!("{requests} requests for 1 KiB"),
            "1/s",
            "servefile",
        ),
    ]
}

/// One server in one round.
fn one(
    contender: &Contender,
    given: &Given,
    options: &Options,
) -> Result<Vec<Option<f64>>, Error> {
    let failed = |error: std::io::Error| Error::NoDownload {
        server: contender.what.clone(),
        why: error.to_string(),
    };
    let speed = |bytes: u64, time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();

    let server = contender.start(&given.large)?;
    let time = client::together(server.address(), 1, 1, given.size).map_err(failed)?;
    let mut figures = vec![Some(speed(given.size, time)), peak(&server)];
    drop(server);

    let server = contender.start(&given.large)?;
    let before = processor(&server);
    let time =
        client::together(server.address(), MANY, 1, given.size).map_err(failed)?;
    let bytes = given.size * MANY as u64;
    let spent = processor(&server)
        .zip(before)
        .map(|(after, before)| after - before);
    figures.push(Some(speed(bytes, time)));
    figures.push(spent.map(|spent| spent.as_secs_f64() / (bytes as f64 / GIB)));
    figures.push(peak(&server));
    drop(server);

    let server = contender.start(&given.small)?;
    let first = client::first_byte(server.address(), FIRST, SMALL).map_err(failed)?;
    figures.push(Some(first.as_secs_f64() * 1000.0));
    let each = options.requests() / ASKING;
    let time =
        client::together(server.address(), ASKING, each, SMALL).map_err(failed)?;
    figures.push(Some((each * ASKING) as f64 / time.as_secs_f64()));
    Ok(figures)
}

/// Every byte is right, once: the rounds only count.
fn verify(
    runtime: &Runtime,
    contender: &Contender,
    given: &Given,
    payload: &Payload,
) -> Result<(), Error> {
    let server = contender.start(&given.large)?;
    let client = Client::new(server.address()).verify(payload.verifier());
    let download = runtime.block_on(client.download(&Request::get("/download")));
    let verdict = download
        .map_err(|error| error.to_string())
        .and_then(|download| download.verdict());
    verdict.map(drop).map_err(|why| Error::NoDownload {
        server: contender.what.clone(),
        why,
    })
}

/// MiB at the peak, all processes of a server together: what they share counts for
/// each of them.
pub(crate) fn peak(server: &Running) -> Option<f64> {
    let peaks = family(server)
        .into_iter()
        .filter_map(process::peak_resident);
    let bytes: u64 = peaks.sum();
    (bytes > 0).then_some(bytes as f64 / MIB)
}

/// Processor time so far, of all processes of a server.
fn processor(server: &Running) -> Option<Duration> {
    family(server)
        .into_iter()
        .map(process::processor_time)
        .sum()
}

fn family(server: &Running) -> Vec<u32> {
    let mut all = vec![server.pid()];
    all.extend(process::children(server.pid()));
    all
}

pub(crate) fn made(
    path: std::io::Result<PathBuf>,
    folder: &Path,
) -> Result<PathBuf, Error> {
    path.map_err(|error| Error::File {
        doing: "make the file to download in",
        path: folder.to_owned(),
        error,
    })
}

/// The servers inherit this. Without it, a thousand clients may be refused.
fn allow_descriptors() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        let most = limit.maximum.unwrap_or(DESCRIPTORS);
        limit.current = Some(DESCRIPTORS.min(most).max(limit.current.unwrap_or(0)));
        // A system that refuses will refuse clients too, and that is told.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("", |rest| rest.trim_start_matches(['\t', ' ', ':']));
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let release: Vec<&str> = release.trim().splitn(3, '.').collect();
    let release = release
        .get(..2)
        .map_or(String::new(), |parts| parts.join("."));
    let system = std::env::consts::OS;
    format!("{system} {release}, {cores} cores, {model}, loopback")
}
