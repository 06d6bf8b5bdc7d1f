//! The faults of `book/node/pipe.mjs`, injected into `pipeline`:
//! who is told, and what stays open?
//!
//! ```text
//! cargo run -p chapter-9-solution --example faults
//! ```
//!
//! With `-- --write`, it writes `book/measured/faults.json` too.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::StreamExt;
use lab::folder::Folder;
use lab::payload::Payload;
use pipelines::{
    Output, PipelineError, Sink, Source, Stage, Transform, file_source,
    pipeline,
};
use watermark::Watermarks;

const FILE: u64 = 4 << 20;
const CHUNK: usize = 64 * 1024;
const MARKS: Watermarks = Watermarks {
    low: CHUNK / 2,
    high: CHUNK,
};
/// The chunk at which something breaks.
const EIGHTH: usize = 7;

type Failed = Box<dyn Error + Send + Sync>;

/// Who breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Source,
    Stage,
    Destination,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let source = broken(Who::Source).await?;
    let stage = broken(Who::Stage).await?;
    let destination = broken(Who::Destination).await?;
    let text = format!(
        "{{\n  \"command\": \"cargo run -p chapter-9-solution --example \
         faults\",\n  \"source\": {source},\n  \"stage\": {stage},\n  \
         \"destination\": {destination},\n  \"schema\": 1\n}}\n"
    );
    if std::env::args().any(|word| word == "--write") {
        let out = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../book/measured/faults.json");
        fs::write(&out, &text)?;
    }
    print!("{text}");
    Ok(())
}

/// Breaks one part of a pipeline; says who is told, and how many
/// descriptors of its files are open then.
async fn broken(who: Who) -> Result<String, Failed> {
    let folder = Folder::new()?;
    let file = Payload::new(FILE).create(folder.path(), "file")?;
    let copy = folder.path().join("copy");
    let source =
        broken_source(file_source(File::open(file)?, CHUNK), who);
    let stages = vec![Stage::new(Part { who, chunks: 0 })];
    let disk = Disk::new(&copy, who)?;
    let told = match pipeline(source, stages, disk, MARKS).await {
        Ok(_) => "nobody".to_owned(),
        Err(error) => error.to_string(),
    };
    // A task that was ended is dropped at its next turn.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let open = match descriptors(folder.path()) {
        Ok(count) => count.to_string(),
        Err(_) => "not counted here".to_owned(),
    };
    let whole = copy.exists();
    Ok(format!(
        "{{ \"told\": \"{told}\", \"open\": \"{open}\", \"looks_whole\": \
         \"{whole}\" }}"
    ))
}

/// How many descriptors of this process belong to files in this
/// folder. Linux tells.
fn descriptors(folder: &Path) -> io::Result<usize> {
    let all = fs::read_dir("/proc/self/fd")?;
    let files = all.flatten().filter_map(|entry| {
        // Those that were closed meanwhile have none.
        fs::read_link(entry.path()).ok()
    });
    Ok(files.filter(|file| file.starts_with(folder)).count())
}

fn broken_source(source: Source, who: Who) -> Source {
    if who != Who::Source {
        return source;
    }
    let broke = async { Err("the disk broke".into()) };
    let broke = futures_util::stream::once(broke);
    source.take(EIGHTH).chain(broke).boxed()
}

/// A stage that passes chunks on, and may break.
struct Part {
    who: Who,
    chunks: usize,
}

impl Transform for Part {
    async fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        if self.who == Who::Stage && self.chunks == EIGHTH {
            let broke = "the stage broke".into();
            return Err(PipelineError::Stage(broke));
        }
        self.chunks += 1;
        output.send(input).await
    }

    async fn finish(
        &mut self,
        _: &mut Output,
    ) -> Result<(), PipelineError> {
        Ok(())
    }
}

/// A file that has its name only when it is whole.
struct Disk {
    file: File,
    part: PathBuf,
    path: PathBuf,
    who: Who,
    chunks: usize,
}

impl Disk {
    fn new(path: &Path, who: Who) -> io::Result<Self> {
        let part = path.with_extension("part");
        Ok(Self {
            file: File::create_new(&part)?,
            part,
            path: path.to_owned(),
            who,
            chunks: 0,
        })
    }
}

impl Sink for Disk {
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        if self.who == Who::Destination && self.chunks == EIGHTH {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.chunks += 1;
        // A demonstration of faults, and no server: it may block.
        self.file.write_all(&chunk)
    }

    async fn finish(&mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.part, &self.path)
    }
}
