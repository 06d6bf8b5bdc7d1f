//! Checks of how much waits in a pipeline.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::work::Work;
use lab::{Size, Steps};
use lab_net::gate::Gate;
use lab_net::source::Source as Counted;
use pipelines::{Gzip, Records, Sink, Source, Stage, pipeline};
use watermark::Marks;

use crate::probe::{Journal, Probe};
use crate::script::{Script, Then};
use crate::shelf::Shelf;
use crate::staging::Bench;
use crate::wait::{ended, quiet, still};

/// What may wait between the source and a sink that has it in its
/// hands, in bytes.
const fn bound(stages: usize, high: usize, piece: usize) -> u64 {
    let queue = high.saturating_sub(1) + piece;
    ((stages + 1) * queue + piece) as u64
}

pub async fn stalled(steps: Steps) {
    const PIECE: usize = 100;
    let mut said = Vec::new();
    for (stages, high) in
        [(0, 1000), (1, 1000), (3, 1000), (1, 0), (1, 1), (2, 101)]
    {
        steps.step(format!("{stages} stages, a mark of {high} bytes"));
        let journal = Journal::default();
        let (read, written) = (Work::new(), Work::new());
        let script = Script::of(1000, PIECE, Then::Ends);
        let source = script.counted_by(&read).source();
        let probes =
            (0..stages).map(|_| Probe::new(&Journal::default()));
        let probes = probes.map(Stage::new).collect();
        let shelf = Shelf::new(&journal).counted_by(&written);
        let (shelf, allow) = shelf.stalling(0);
        let marks = Marks::new(high / 2, high);
        let running = pipeline(source, probes, shelf, marks);
        let running = tokio::spawn(running);
        let (mut most, limit) = (0, bound(stages, high, PIECE));
        for writes in [0, 1, 7, 20] {
            steps.step(format!("allow {writes} writes, then stall"));
            allow.more(writes);
            still().await;
            let ahead = read.bytes() - written.bytes();
            most = most.max(ahead);
            steps.at_most(
                "bytes that are read and not written",
                Size(ahead),
                Size(limit),
            );
        }
        said.push(format!("{most} of {limit}"));
        steps.step("let it go on to its end");
        allow.more(1000);
        let end = ended(&steps, "the pipeline", running).await;
        let end = steps.succeeds("the task", end);
        steps.holds("a good end", end.is_ok());
        let bytes = Size(written.bytes());
        steps.equal("bytes", &bytes, &Size(1000 * PIECE as u64));
    }
    steps.note(format!("ahead: {} bytes", said.join(", ")));
}

/// Pieces that are real memory, through stages that pass them on.
pub async fn memory(steps: Steps) {
    const PIECE: usize = 64 * 1024;
    const HIGH: usize = 128 * 1024;
    let payload = Payload::new(64 * MIB);
    steps.step("send 64 MiB through two stages");
    let mark = Mark::now();
    let pieces = Counted::new(payload).pieces(PIECE);
    let source: Source =
        pieces.map(|piece| piece.map_err(Into::into)).boxed();
    let stages = vec![Stage::new(Passing), Stage::new(Passing)];
    let sink = Verified(Some(payload.verifier()));
    let marks = Marks::new(HIGH / 2, HIGH);
    let running = pipeline(source, stages, sink, marks);
    let end = ended(&steps, "the pipeline", running).await;
    let sink = match end {
        Ok(sink) => sink,
        Err(error) => steps.fail("a good end", error),
    };
    let peak = mark.peak();
    let Some(verifier) = sink.0 else {
        steps.fail("the bytes", "nothing");
    };
    steps.succeeds("the bytes", verifier.finish());
    let most = bound(2, HIGH, PIECE) + 256 * KIB;
    steps.at_most("memory", Size(peak), Size(most));
    steps.note(format!("peak {}", Size(peak)));
}

/// A stage that keeps nothing.
struct Passing;

impl pipelines::Transform for Passing {
    async fn transform(
        &mut self,
        input: Bytes,
        output: &mut pipelines::Output,
    ) -> Result<(), pipelines::PipelineError> {
        output.send(input).await
    }

    async fn finish(
        &mut self,
        _: &mut pipelines::Output,
    ) -> Result<(), pipelines::PipelineError> {
        Ok(())
    }
}

/// A sink that looks at the bytes and forgets them.
struct Verified(Option<lab::payload::Verifier>);

impl Sink for Verified {
    async fn write(&mut self, piece: Bytes) -> std::io::Result<()> {
        if let Some(verifier) = &mut self.0 {
            verifier.feed(&piece);
        }
        Ok(())
    }

    async fn finish(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A short line makes a record of twenty times its length.
pub async fn expansion(steps: Steps) {
    const HIGH: usize = 16 * 1024;
    /// A stage may send its records in groups of 16 KiB.
    const MOST: u64 = 32 * KIB;
    let lines = 128 * 1024;
    steps.step("one piece of 131,072 empty lines; nobody takes any");
    let mark = Mark::now();
    let marks = Marks::new(HIGH / 2, HIGH);
    let mut bench = Bench::new(Records::new(1024), marks);
    let piece = Bytes::from(vec![b'\n'; lines]);
    let _ = steps.succeeds("a push", bench.input.push(piece));
    bench.input.close();
    still().await;
    let level = bench.output.record().peak as u64;
    steps.at_most("bytes that wait", Size(level), Size(MOST));
    let peak = mark.peak();
    steps.at_most("memory", Size(peak), Size(MIB));
    steps.note(format!("{} wait in {}", Size(level), Size(peak)));

    steps.step("take them all");
    let (mut came, mut last) = (0, Bytes::new());
    let end = loop {
        let piece = bench.output.pop();
        match ended(&steps, "the output", piece).await {
            Ok(Some(piece)) => {
                came += piece.iter().filter(|b| **b == b'\n').count();
                last = piece;
            }
            end => break end,
        }
    };
    steps.succeeds("the end", end);
    steps.equal("records", &came, &lines);
    let expected = b"{\"line\":131072,\"text\":\"\"}\n";
    let from = last.len().saturating_sub(expected.len());
    steps.equal_bytes("the last record", &last[from..], expected);
    let level = bench.output.record().peak as u64;
    steps.at_most("the most that waited", Size(level), Size(MOST));
}

/// A piece whose memory cannot be given back before a gate opens:
/// whoever compresses it does not come to an end.
struct Slow {
    bytes: Vec<u8>,
    gate: Gate,
}

impl AsRef<[u8]> for Slow {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        self.gate.pass();
    }
}

/// A piece that holds up whoever is done with it.
pub fn slow_piece(length: usize, gate: &Gate) -> Bytes {
    Bytes::from_owner(Slow {
        bytes: vec![b'x'; length],
        gate: gate.clone(),
    })
}

pub async fn ahead_of_gzip(steps: Steps) {
    const PIECE: usize = 16 * 1024;
    const HIGH: usize = 64 * 1024;
    let gate = Gate::with_patience(Duration::from_secs(600));
    steps.step("gzip holds the first of 200 pieces of 16 KiB");
    let (journal, read) = (Journal::default(), Work::new());
    let first = slow_piece(PIECE, &gate);
    let others = (1..200).map(|n| Bytes::from(vec![n as u8; PIECE]));
    let pieces = std::iter::once(first).chain(others);
    let script = Script::new(pieces, Then::Ends);
    let source = script.counted_by(&read).source();
    let stages = vec![Stage::new(Gzip::new(9))];
    let shelf = Shelf::new(&journal);
    let marks = Marks::new(HIGH / 2, HIGH);
    let running = pipeline(source, stages, shelf, marks);
    let running = tokio::spawn(running);
    crate::wait::until(|| gate.entered() > 0).await;
    quiet(|| read.bytes()).await;
    let ahead = read.bytes();
    // Before any expectation, or a thread waits on.
    gate.open();
    let limit = (HIGH - 1 + 2 * PIECE) as u64;
    steps.at_most("bytes that are read", Size(ahead), Size(limit));
    steps.note(format!("{} ahead of gzip", Size(ahead)));
    let end = ended(&steps, "the pipeline", running).await;
    let end = steps.succeeds("the task", end);
    steps.holds("a good end", end.is_ok());
}
