//! gzip is slower than the read: how far does the read run ahead?
//!
//! ```text
//! cargo run -p chapter-9-solution --example ahead
//! ```
//!
//! With `-- --write`, it writes `book/measured/ahead.json` too.

use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Instant;

use bytes::Bytes;
use futures_util::StreamExt;
use lab::folder::Folder;
use lab::payload::Payload;
use pipelines::{
    Gzip, Output, PipelineError, Sink, Source, Stage, Transform,
    file_source, pipeline,
};
use watermark::Watermarks;

const FILE: u64 = 64 << 20;
/// How much is read at once, in bytes.
const CHUNK: usize = 64 * 1024;
/// The marks that are tried, in bytes.
const SMALL: usize = 64 * 1024;
const LARGE: usize = 1024 * 1024;

type Failed = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let folder = Folder::new()?;
    let path = Payload::new(FILE).create(folder.path(), "file")?;
    // Once without a count: the file is in the page cache then.
    run(&path, None, SMALL).await?;
    let (alone, _) = run(&path, None, SMALL).await?;
    let (small, small_ahead) = run(&path, Some(9), SMALL).await?;
    let (large, large_ahead) = run(&path, Some(9), LARGE).await?;
    let (fast, fast_ahead) = run(&path, Some(1), SMALL).await?;
    let build = if cfg!(debug_assertions) {
        "development"
    } else {
        "release"
    };
    let text = format!(
        "{{\n  \"circumstances\": \"{}, {build} build\",\n  \
         \"command\": \"cargo run -p chapter-9-solution --example ahead\",\n  \
         \"file_mib\": {},\n  \"read_alone_ms\": {alone},\n  \
         \"level_1\": {{ \"ahead\": \"{fast_ahead}\", \"ms\": {fast} }},\n  \
         \"level_9\": {{ \"ahead\": \"{small_ahead}\", \"ms\": {small} }},\n  \
         \"large_mark\": {{ \"ahead\": \"{large_ahead}\", \"ms\": {large} }},\n  \
         \"slower\": \"{:.0}\",\n  \"schema\": 1\n}}\n",
        std::env::consts::OS,
        FILE >> 20,
        small as f64 / alone.max(1) as f64,
    );
    if std::env::args().any(|word| word == "--write") {
        let out = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../book/measured/ahead.json");
        fs::write(&out, &text)?;
    }
    print!("{text}");
    Ok(())
}

/// Sends the file through gzip, or through nothing, to nowhere.
/// Gives the milliseconds, and the most bytes that were read and
/// that gzip had not compressed, in groups of three digits.
async fn run(
    path: &Path,
    level: Option<u32>,
    mark: usize,
) -> Result<(u128, String), Failed> {
    let counts = Arc::new(Counts::default());
    let source =
        counted(file_source(File::open(path)?, CHUNK), &counts);
    let stages = level.map(|level| {
        let counts = Arc::clone(&counts);
        let inner = Gzip::new(level);
        Stage::new(Watched { inner, counts })
    });
    let marks = Watermarks::new(mark / 2, mark);
    let begin = Instant::now();
    let stages = stages.into_iter().collect();
    pipeline(source, stages, Nowhere, marks).await?;
    let ahead = counts.most.load(SeqCst);
    Ok((begin.elapsed().as_millis(), grouped(ahead)))
}

/// Bytes that came to both sides of the first queue.
#[derive(Default)]
struct Counts {
    read: AtomicU64,
    done: AtomicU64,
    /// The most that was read and not done.
    most: AtomicU64,
}

fn counted(source: Source, counts: &Arc<Counts>) -> Source {
    let counts = Arc::clone(counts);
    let count = move |chunk: &Result<Bytes, _>| {
        let Ok(chunk) = chunk else { return };
        let length = chunk.len() as u64;
        let read = counts.read.fetch_add(length, SeqCst) + length;
        let ahead = read - counts.done.load(SeqCst).min(read);
        counts.most.fetch_max(ahead, SeqCst);
    };
    source.inspect(count).boxed()
}

/// gzip, and what it is done with.
struct Watched {
    inner: Gzip,
    counts: Arc<Counts>,
}

impl Transform for Watched {
    async fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        let length = input.len() as u64;
        self.inner.transform(input, output).await?;
        self.counts.done.fetch_add(length, SeqCst);
        Ok(())
    }

    async fn finish(
        &mut self,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        self.inner.finish(output).await
    }
}

/// A sink that takes everything at once, and keeps nothing.
struct Nowhere;

impl Sink for Nowhere {
    async fn write(&mut self, _: Bytes) -> io::Result<()> {
        Ok(())
    }

    async fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A number as it is read: `196,608`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
