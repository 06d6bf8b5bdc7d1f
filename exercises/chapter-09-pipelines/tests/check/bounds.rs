//! Checks of how much waits in a pipeline.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::work::CallCounter;
use lab::{Size, Steps};
use lab_net::gate::BlockingGate;
use lab_net::source::Source as Counted;
use pipelines::{
    Gzip, Output, Records, Sink, Source, Stage, Transform, pipeline,
};
use tokio::time::sleep;
use watermark::{Watermarks, queue};

use crate::probe::{At, Journal, Probe};
use crate::script::{Script, Then};
use crate::shelf::Shelf;
use crate::staging::Bench;
use crate::wait::{ended, polled, quiet, still};

/// What may wait between the source and a sink that has it in its
/// hands, in bytes.
const fn bound(stages: usize, high: usize, chunk: usize) -> u64 {
    let queue = high.saturating_sub(1) + chunk;
    ((stages + 1) * queue + chunk) as u64
}

pub async fn stalled(steps: Steps) {
    const CHUNK: usize = 100;
    let mut said = Vec::new();
    for (stages, high) in
        [(0, 1000), (1, 1000), (3, 1000), (1, 0), (1, 1), (2, 101)]
    {
        steps.step(format!("{stages} stages, a mark of {high} bytes"));
        let journal = Journal::default();
        let (read, written) = (CallCounter::new(), CallCounter::new());
        let script = Script::of(1000, CHUNK, Then::Ends);
        let source = script.counted_by(&read).source();
        let probes =
            (0..stages).map(|_| Probe::new(&Journal::default()));
        let probes = probes.map(Stage::new).collect();
        let shelf = Shelf::new(&journal).counted_by(&written);
        let (shelf, allow) = shelf.stalling(0);
        let marks = Watermarks::new(high / 2, high);
        let running = pipeline(source, probes, shelf, marks);
        let running = tokio::spawn(running);
        let (mut most, limit) = (0, bound(stages, high, CHUNK));
        for writes in [0, 1, 7, 20] {
            steps.step(format!("allow {writes} writes, then stall"));
            allow.more(writes);
            still().await;
            let ahead = read.bytes() - written.bytes();
            most = most.max(ahead);
            let least = ((stages + 1) * high) as u64;
            if writes == 0 {
                let full = ahead >= least;
                steps.holds(
                    format!("every queue is full: {ahead} bytes wait"),
                    full,
                );
            }
            steps.at_most(
                "bytes that are read and not written",
                Size(ahead),
                Size(limit),
            );
        }
        said.push(format!("{most} of {limit}"));
        steps.step("let it go on to its end, on the next day");
        sleep(Duration::from_secs(24 * 60 * 60)).await;
        allow.more(1000);
        let end = ended(&steps, "the pipeline", running).await;
        let end = steps.succeeds("the task", end);
        steps.holds("a good end, a day later", end.is_ok());
        let bytes = Size(written.bytes());
        steps.equal("bytes", &bytes, &Size(1000 * CHUNK as u64));
    }
    steps.note(format!("ahead: {} bytes", said.join(", ")));
    reads_on_at_the_low_mark(&steps).await;
}

/// A queue with these marks drains at the low one: not at once, so
/// that the source is not asked for every chunk, and not at zero.
async fn reads_on_at_the_low_mark(steps: &Steps) {
    const CHUNK: usize = 100;
    steps.step(
        "no stages, marks of 500 and 1000 bytes; the sink stalls",
    );
    let (read, journal) = (CallCounter::new(), Journal::default());
    let script = Script::of(1000, CHUNK, Then::Ends);
    let source = script.counted_by(&read).source();
    let (shelf, allow) = Shelf::new(&journal).stalling(0);
    let marks = Watermarks::new(500, 1000);
    let running = pipeline(source, Vec::new(), shelf, marks);
    let running = tokio::spawn(running);
    still().await;
    let full = read.bytes();
    steps.step("one chunk after another is written, until it reads on");
    let waiting = loop {
        let taken = (journal.seen().chunks * CHUNK) as u64;
        let waiting = full.saturating_sub(taken);
        if read.bytes() > full || waiting == 0 {
            break waiting;
        }
        allow.more(1);
        still().await;
    };
    let what = "bytes that waited when it read on";
    steps.equal(what, &Size(waiting), &Size(500));
    running.abort();
}

/// While nothing happens, nobody looks whether something happened.
pub async fn takes_no_polls(steps: Steps) {
    for (waits, then, at, writes) in [
        ("the sink stalls", Then::Ends, At::Nowhere, 1),
        ("the source waits", Then::Waits, At::Nowhere, 500),
        ("a stage waits", Then::Ends, At::Waits(1), 500),
    ] {
        steps.step(format!("a pipeline of one stage; {waits}"));
        let (polls, asked) = (CallCounter::new(), CallCounter::new());
        let script = Script::of(100, 10, then).polls_in(&asked);
        let probe = Probe::new(&Journal::default()).failing(at, 0);
        let shelf = Shelf::new(&Journal::default());
        let (shelf, _allow) = shelf.stalling(writes);
        let stages = vec![Stage::new(probe)];
        let marks = Watermarks::new(50, 100);
        let running = pipeline(script.source(), stages, shelf, marks);
        let running = tokio::spawn(polled(polls.clone(), running));
        still().await;
        let (before, asked_before) = (polls.calls(), asked.calls());
        still().await;
        let more = polls.calls() - before;
        steps.at_most("polls of the pipeline while it waits", more, 2);
        let more = asked.calls() - asked_before;
        steps.at_most("polls of the source while it waits", more, 2);
        running.abort();
    }
}

/// Chunks that are real memory, through stages that pass them on.
pub async fn memory(steps: Steps) {
    const CHUNK: usize = 64 * 1024;
    const HIGH: usize = 128 * 1024;
    let payload = Payload::new(64 * MIB);
    steps.step("send 64 MiB through two stages");
    let mark = Mark::now();
    let chunks = Counted::new(payload).chunks(CHUNK);
    let source: Source =
        chunks.map(|chunk| chunk.map_err(Into::into)).boxed();
    let stages = vec![Stage::new(Passing), Stage::new(Passing)];
    let sink = Verified(Some(payload.verifier()));
    let marks = Watermarks::new(HIGH / 2, HIGH);
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
    let most = bound(2, HIGH, CHUNK) + 256 * KIB;
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
    async fn write(&mut self, chunk: Bytes) -> std::io::Result<()> {
        if let Some(verifier) = &mut self.0 {
            verifier.feed(&chunk);
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
    let lines = 70_000;
    steps.step("one chunk of 70,000 empty lines; nobody takes any");
    let mark = Mark::now();
    let marks = Watermarks::new(HIGH / 2, HIGH);
    let mut bench = Bench::new(Records::new(1024), marks);
    let chunk = Bytes::from(vec![b'\n'; lines]);
    let _ = steps.succeeds("a push", bench.input.push(chunk));
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
        let chunk = bench.output.pop();
        match ended(&steps, "the output", chunk).await {
            Ok(Some(chunk)) => {
                came += chunk.iter().filter(|b| **b == b'\n').count();
                last = chunk;
            }
            end => break end,
        }
    };
    steps.succeeds("the end", end);
    steps.equal("records", &came, &lines);
    let expected = b"{\"line\":70000,\"text\":\"\"}\n";
    let from = last.len().saturating_sub(expected.len());
    steps.equal_bytes("the last record", &last[from..], expected);
    let level = bench.output.record().peak as u64;
    steps.at_most("the most that waited", Size(level), Size(MOST));
    for_nobody(&steps).await;
}

/// Whoever goes on making records makes them for nobody, and asks
/// the source for more.
async fn for_nobody(steps: &Steps) {
    steps.step("the next stage leaves, and the input stays open");
    let marks = Watermarks::new(0, 10);
    let Bench {
        input,
        output,
        task,
    } = Bench::new(Records::new(1024), marks);
    drop(output);
    let chunk = Bytes::from_static(b"one\n");
    let _ = steps.succeeds("a push", input.push(chunk));
    let task = ended(steps, "the stage of records", task).await;
    steps.succeeds("the stage", task);
    drop(input);
    most_for_nobody(steps).await;
}

/// All records of a chunk cost as much as all of its lines.
async fn most_for_nobody(steps: &Steps) {
    steps.step("the next stage has left, and a chunk of 70,000 lines");
    let (producer, consumer) = queue(Watermarks::new(0, 10));
    drop(consumer);
    let mut output = Output::new(producer);
    let mut records = Records::new(1024);
    // What is made of it all the same meets a line that is no text.
    let chunk = [vec![b'\n'; 70_000], b"\xff\n".to_vec()].concat();
    let made = records.transform(chunk.into(), &mut output);
    let made = ended(steps, "the transform", made).await;
    let error = steps.refuses("the transform", made);
    steps.variant("the error", &error, &["Stopped"]);
}

/// A chunk whose memory cannot be given back before a gate opens:
/// whoever compresses it does not come to an end.
struct Slow {
    bytes: Vec<u8>,
    gate: BlockingGate,
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

/// A chunk that holds up whoever is done with it.
pub fn slow_chunk(length: usize, gate: &BlockingGate) -> Bytes {
    Bytes::from_owner(Slow {
        bytes: vec![b'x'; length],
        gate: gate.clone(),
    })
}

pub async fn ahead_of_gzip(steps: Steps) {
    const CHUNK: usize = 16 * 1024;
    const HIGH: usize = 64 * 1024;
    let gate = BlockingGate::with_patience(Duration::from_secs(600));
    steps.step("gzip holds the first of 200 chunks of 16 KiB");
    let (journal, read) = (Journal::default(), CallCounter::new());
    let first = slow_chunk(CHUNK, &gate);
    let others = (1..200).map(|n| Bytes::from(vec![n as u8; CHUNK]));
    let chunks = std::iter::once(first).chain(others);
    let script = Script::new(chunks, Then::Ends);
    let source = script.counted_by(&read).source();
    let stages = vec![Stage::new(Gzip::new(9))];
    let shelf = Shelf::new(&journal);
    let marks = Watermarks::new(HIGH / 2, HIGH);
    let running = pipeline(source, stages, shelf, marks);
    let running = tokio::spawn(running);
    crate::wait::until(|| gate.entered() > 0).await;
    quiet(|| read.bytes()).await;
    let ahead = read.bytes();
    // Before any expectation, or a thread waits on.
    gate.open();
    let limit = (HIGH - 1 + 2 * CHUNK) as u64;
    steps.at_most("bytes that are read", Size(ahead), Size(limit));
    steps.note(format!("{} ahead of gzip", Size(ahead)));
    let end = ended(&steps, "the pipeline", running).await;
    let end = steps.succeeds("the task", end);
    steps.holds("a good end", end.is_ok());
}
