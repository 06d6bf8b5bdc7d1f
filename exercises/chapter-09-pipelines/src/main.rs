//! Sends a file through a pipeline that compresses and hashes it, or
//! turns its lines into records.
//!
//! ```text
//! cargo run -p chapter-9 -- gzip largefile.zip
//! cargo run -p chapter-9 -- records Cargo.toml
//! ```

mod program;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt;
use pipelines::{
    BoxError, Gzip, Progress, Records, Sha256, Source, Stage,
    file_source, pipeline,
};
use watermark::Watermarks;

use program::bar::Bar;
use program::command::Command;
use program::disk::Disk;
use program::printed::Printed;

/// How many bytes each read asks for.
const CHUNK: usize = 64 * 1024;
/// The high-water mark of each queue, in bytes. The low-water mark is
/// half of it.
const HIGH_WATER_MARK: usize = 64 * 1024;
/// The maximum length of a line that becomes a record, in bytes.
const LONGEST: usize = 64 * 1024;

const HELP: &str = "\
Sends a file through a pipeline.

Usage: cargo run -p chapter-9 -- gzip FILE [FLAGS]
       cargo run -p chapter-9 -- records FILE

  gzip FILE    compresses FILE into FILE.gz, and prints the SHA-256 of FILE
  records FILE prints a JSON object for each line of FILE

  --out PATH   where the compressed file goes, FILE.gz by default
  --level N    0 to 9, 6 by default
  --help       this text

Example: cargo run -p chapter-9 -- gzip Cargo.lock --out lock.gz
";

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let command = match Command::read(&words) {
        Ok(command) => command,
        Err(error) => return failed(&error),
    };
    let working = async {
        match command {
            Command::Help => {
                print!("{HELP}");
                Ok(())
            }
            Command::Gzip { file, out, level } => {
                gzip(&file, &out, level).await
            }
            Command::Records { file } => records(&file).await,
        }
    };
    tokio::select! {
        worked = working => match worked {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        },
        // Dropping the pipeline leaves nothing behind.
        _ = tokio::signal::ctrl_c() => failed("stopped"),
    }
}

fn failed(error: &str) -> ExitCode {
    eprintln!("chapter-9: {error}");
    ExitCode::FAILURE
}

/// Compresses `file` into `out`, and prints its digest.
async fn gzip(
    file: &Path,
    out: &Path,
    level: u32,
) -> Result<(), String> {
    let (source, length) = open(file)?;
    let read = Arc::new(AtomicU64::new(0));
    let source = counted(source, &read);
    let bar = Arc::new(Mutex::new(Bar::new(length)));
    let shown = Arc::clone(&bar);
    let report = move |written| {
        let read = read.load(Ordering::Relaxed);
        let mut bar =
            shown.lock().unwrap_or_else(PoisonError::into_inner);
        bar.show(read, written);
    };
    let disk = Disk::create(out).map_err(|error| error.to_string())?;
    let (sha256, digest) = Sha256::new();
    let stages = vec![Stage::new(sha256), Stage::new(Gzip::new(level))];
    let sink = Progress::new(disk, Box::new(report));
    let marks = Watermarks::new(HIGH_WATER_MARK / 2, HIGH_WATER_MARK);
    let ended = pipeline(source, stages, sink, marks).await;
    let bar = bar.lock().unwrap_or_else(PoisonError::into_inner);
    bar.end();
    ended.map_err(|error| {
        format!("{error}; no {} was made", out.display())
    })?;
    println!("{}: {}", out.display(), bar.summary());
    if let Some(digest) = digest.value() {
        println!("SHA-256 of {}: {}", file.display(), hex(&digest));
    }
    Ok(())
}

/// Prints a record for each line of `file`.
async fn records(file: &Path) -> Result<(), String> {
    let (source, _) = open(file)?;
    let stages = vec![Stage::new(Records::new(LONGEST))];
    let marks = Watermarks::new(HIGH_WATER_MARK / 2, HIGH_WATER_MARK);
    let ended = pipeline(source, stages, Printed, marks).await;
    ended
        .map(|_| ())
        .map_err(|error| format!("{}: {error}", file.display()))
}

/// Opens a file. Returns its bytes, and its current length.
fn open(path: &Path) -> Result<(Source, u64), String> {
    let opened = File::open(path).and_then(|file| {
        let facts = file.metadata()?;
        if facts.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok((file_source(file, CHUNK), facts.len()))
    });
    opened.map_err(|error| {
        let shown = path.display();
        format!("cannot read {shown} ({error}): try Cargo.lock")
    })
}

/// Counts the bytes that are read, so that the bar can show how far the
/// reader is ahead.
fn counted(source: Source, read: &Arc<AtomicU64>) -> Source {
    let read = Arc::clone(read);
    source
        .inspect(move |chunk: &Result<bytes::Bytes, BoxError>| {
            if let Ok(chunk) = chunk {
                read.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            }
        })
        .boxed()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    String::from_utf8(text).unwrap_or_default()
}
