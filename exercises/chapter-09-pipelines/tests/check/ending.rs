//! Checks of how a pipeline ends: well, and otherwise.

use futures_util::{StreamExt, stream};
use lab::drops::DropCounter;
use lab::payload::Payload;
use lab::random::Random;
use lab::work::CallCounter;
use lab::{Size, Steps};
use pipelines::{PipelineError, Stage, pipeline};
use watermark::{Watermarks, queue};

use crate::counting::fault;
use crate::probe::{At, Journal, Probe};
use crate::script::{Fault, Script, Then};
use crate::shelf::{KINDS, Shelf};
use crate::wait::{ended, still, until};

/// The marks of these checks, in bytes.
pub const MARKS: Watermarks = Watermarks { low: 64, high: 128 };

/// A pipeline and what watches it.
pub struct Rig {
    shelf: Journal,
    stages: Vec<Journal>,
    drops: DropCounter,
    read: CallCounter,
}

impl Rig {
    pub fn new(stages: usize) -> Self {
        Self {
            shelf: Journal::default(),
            stages: (0..stages).map(|_| Journal::default()).collect(),
            drops: DropCounter::new(),
            read: CallCounter::new(),
        }
    }

    /// Runs it to its end, with a probe that fails at this stage.
    pub async fn run(
        &self,
        steps: &Steps,
        script: Script,
        wrong: Option<(usize, At, u32)>,
        sink: (At, u32),
    ) -> Result<(), PipelineError> {
        let script = script.guarded_by(&self.drops);
        let source = script.counted_by(&self.read).source();
        let stage = |(number, journal)| {
            let probe = Probe::new(journal).guarded_by(&self.drops);
            Stage::new(match wrong {
                Some((stage, at, fault)) if stage == number => {
                    probe.failing(at, fault)
                }
                _ => probe,
            })
        };
        let stages = self.stages.iter().enumerate().map(stage);
        let stages = stages.collect();
        let shelf = Shelf::new(&self.shelf).guarded_by(&self.drops);
        let shelf = shelf.failing(sink.0, sink.1);
        let running = pipeline(source, stages, shelf, MARKS);
        ended(steps, "the pipeline", running).await.map(drop)
    }

    /// Expects that it is over, and that nobody took it for a
    /// good end.
    pub async fn expect_over(&self, steps: &Steps, finishes: usize) {
        let gone = until(|| self.drops.alive() == 0).await;
        steps.holds("source, stages and sink are dropped", gone);
        let seen = self.shelf.finishes();
        steps.equal("finishes of the sink", &seen, &finishes);
        let read = self.read.bytes();
        still().await;
        let more = self.read.bytes() - read;
        steps.equal("bytes that are still read", &more, &0);
        for journal in self.stages.iter().chain([&self.shelf]) {
            let late = journal.late();
            steps.equal("calls after an end or an error", &late, &0);
        }
    }
}

pub async fn well(steps: Steps) {
    for stages in [0, 1, 3, 20] {
        for chunks in [0, 1, 40] {
            steps.step(format!("{chunks} chunks, {stages} stages"));
            let rig = Rig::new(stages);
            let script = Script::of(chunks, 10, Then::Ends);
            let sink = (At::Nowhere, 0);
            let end = rig.run(&steps, script, None, sink).await;
            steps.succeeds("the pipeline", end);
            let expected: Vec<u8> =
                (0..chunks).flat_map(|n| [n as u8; 10]).collect();
            for journal in rig.stages.iter().chain([&rig.shelf]) {
                // Their order is another check's business.
                let mut bytes = journal.bytes();
                bytes.sort_unstable();
                steps.equal_bytes("the bytes", &bytes, &expected);
                steps.equal("finishes", &journal.finishes(), &1);
            }
            rig.expect_over(&steps, 1).await;
        }
    }
    empty_chunks(&steps).await;
    last_words(&steps).await;
}

/// An empty chunk is no end, and a source may have one.
async fn empty_chunks(steps: &Steps) {
    for chunks in [["", "ab", "ab"], ["ab", "", "ab"], ["ab", "ab", ""]]
    {
        steps.step(format!("the chunks {chunks:?}"));
        let journal = Journal::default();
        let stages = vec![Stage::new(Probe::new(&Journal::default()))];
        let source = Script::new(chunks, Then::Ends).source();
        let shelf = Shelf::new(&journal);
        let running = pipeline(source, stages, shelf, MARKS);
        let end = ended(steps, "the pipeline", running).await;
        steps.succeeds("the pipeline", end);
        steps.equal_bytes("the bytes", &journal.bytes(), b"abab");
        steps.equal("finishes", &journal.finishes(), &1);
    }
}

/// What a stage sends in `finish` goes through the ones behind it.
async fn last_words(steps: &Steps) {
    steps.step("three stages that send a last word each");
    let journal = Journal::default();
    let words = [&b"1"[..], b"2", b"3"];
    let stages = words.map(|word| {
        let probe = Probe::new(&Journal::default()).saying(word);
        Stage::new(probe)
    });
    let source = Script::new(["abc"], Then::Ends).source();
    let shelf = Shelf::new(&journal);
    let running = pipeline(source, stages.into(), shelf, MARKS);
    let end = ended(steps, "the pipeline", running).await;
    steps.succeeds("the pipeline", end);
    steps.equal_bytes("the bytes", &journal.bytes(), b"abc123");
}

/// Enough chunks that whoever lets them overtake each other is
/// seen.
pub async fn order(steps: Steps) {
    const LENGTH: u64 = 1 << 20;
    let payload = Payload::new(LENGTH);
    steps.step("1 MiB in chunks of 1 to 500 bytes, through 2 stages");
    let mut random = Random::new(9);
    let (mut chunks, mut at) = (Vec::new(), 0);
    while at < LENGTH {
        let end = (at + 1 + random.below(500) as u64).min(LENGTH);
        chunks.push(payload.bytes(at..end));
        at = end;
    }
    let source = Script::new(chunks, Then::Ends).source();
    let journal = Journal::default();
    let stages = (0..2).map(|_| Probe::new(&Journal::default()));
    let stages = stages.map(Stage::new).collect();
    let marks = Watermarks::new(4096, 8192);
    let shelf = Shelf::new(&journal);
    let running = pipeline(source, stages, shelf, marks);
    let end = ended(&steps, "the pipeline", running).await;
    steps.succeeds("the pipeline", end);
    let bytes = Size(journal.bytes().len() as u64);
    steps.equal("bytes, in whatever order", &bytes, &Size(LENGTH));
    let mut verifier = payload.verifier();
    verifier.feed(&journal.bytes());
    steps.succeeds("the bytes in order", verifier.finish());
}

pub async fn failed_source(steps: Steps) {
    for stages in [0, 1, 3] {
        for chunks in [0, 1, 40] {
            steps.step(format!(
                "{chunks} chunks, an error of the source, {stages} stages"
            ));
            let rig = Rig::new(stages);
            let script = Script::of(chunks, 10, Then::Fails(31));
            let sink = (At::Nowhere, 0);
            let end = rig.run(&steps, script, None, sink).await;
            let error = steps.refuses("the pipeline", end);
            let PipelineError::Source(error) = error else {
                let seen = format!("{error:?}");
                steps.fail("the error of the source", seen);
            };
            let fault = error.downcast_ref::<Fault>();
            steps.equal("the error", &fault, &Some(&Fault(31)));
            let came = rig.shelf.bytes().len();
            let sent = chunks * 10;
            steps.equal("bytes in front of the error", &came, &sent);
            rig.expect_over(&steps, 0).await;
        }
    }
    every_error_of_a_source(&steps).await;
    an_error_of_a_pipeline(&steps).await;
    expect_no_whole_body(&steps).await;
}

/// `UnexpectedEof` is no end, and `Interrupted` no reason to ask
/// again: the source does that.
async fn every_error_of_a_source(steps: &Steps) {
    for kind in KINDS {
        steps.step(format!(
            "three chunks, and the source fails: {kind}"
        ));
        let rig = Rig::new(1);
        let script = Script::of(3, 10, Then::FailsWith(kind, 37));
        let sink = (At::Nowhere, 0);
        let end = rig.run(steps, script, None, sink).await;
        let error = steps.refuses("the pipeline", end);
        let PipelineError::Source(error) = error else {
            let seen = format!("{error:?}");
            steps.fail("the error of the source", seen);
        };
        let error = error.downcast_ref::<std::io::Error>();
        let seen = error.map(|error| (error.kind(), fault(error)));
        let expected = Some((kind, Some(Fault(37))));
        steps.equal("the error", &seen, &expected);
        rig.expect_over(steps, 0).await;
    }
}

/// A source may be another pipeline's end: its error is one of
/// this source, whatever it was there.
async fn an_error_of_a_pipeline(steps: &Steps) {
    for make in [
        |fault| PipelineError::Stage(Fault(fault).into()),
        |_| PipelineError::Stopped,
    ] {
        let inner: PipelineError = make(38);
        steps.step(format!("a source that fails with {inner:?}"));
        let failed = Err(inner.into());
        let source = stream::iter([failed]).boxed();
        let shelf = Shelf::new(&Journal::default());
        let stages = vec![Stage::new(Probe::new(&Journal::default()))];
        let running = pipeline(source, stages, shelf, MARKS);
        let end = ended(steps, "the pipeline", running).await;
        let error = steps.refuses("the pipeline", end.map(drop));
        steps.variant("the error", &error, &["Source"]);
    }
}

/// Whoever reads the far end must not take half for the whole.
async fn expect_no_whole_body(steps: &Steps) {
    steps.step("the same, with an HTTP body's queue as its sink");
    let source = Script::of(3, 10, Then::Fails(32)).source();
    let marks = Watermarks::new(0, 1 << 16);
    let (producer, mut consumer) = queue(marks);
    let running = pipeline(source, Vec::new(), producer, MARKS);
    let end = ended(steps, "the pipeline", running).await;
    steps.holds("the pipeline fails", end.is_err());
    drop(end);
    let end = loop {
        match ended(steps, "the body", consumer.pop()).await {
            Ok(Some(_)) => {}
            end => break end,
        }
    };
    steps.refuses("the end of the body", end);
}

/// The panic may come out of the pipeline, or become an error.
pub async fn panicked_stage(steps: Steps) {
    steps.expect_panics();
    for (stage, at) in [
        (0, At::Panic(2)),
        (1, At::Panic(2)),
        (0, At::PanicFinish),
        (1, At::PanicFinish),
    ] {
        steps.step(format!("stage {} of 2: {at:?}", stage + 1));
        let rig = Rig::new(2);
        let watched = Rig {
            shelf: rig.shelf.clone(),
            stages: rig.stages.clone(),
            drops: rig.drops.clone(),
            read: rig.read.clone(),
        };
        let inner = steps.clone();
        let running = tokio::spawn(async move {
            let script = Script::of(8, 10, Then::Ends);
            let wrong = Some((stage, at, 0));
            let sink = (At::Nowhere, 0);
            rig.run(&inner, script, wrong, sink).await
        });
        let end = ended(&steps, "the pipeline", running).await;
        let whole = matches!(end, Ok(Ok(())));
        steps.holds("the pipeline does not end well", !whole);
        watched.expect_over(&steps, 0).await;
    }
}

/// Whatever else comes of it is the business of other checks.
pub async fn fused(steps: Steps) {
    for then in [Then::Ends, Then::Fails(35)] {
        for chunks in [0, 1, 30] {
            steps.step(format!("{chunks} chunks, and then: {then:?}"));
            let late = CallCounter::new();
            let script = Script::of(chunks, 10, then).late_in(&late);
            let probe = Probe::new(&Journal::default());
            let stages = vec![Stage::new(probe)];
            let shelf = Shelf::new(&Journal::default());
            let running =
                pipeline(script.source(), stages, shelf, MARKS);
            let _ =
                tokio::time::timeout(crate::PATIENCE, running).await;
            still().await;
            let polls = late.calls();
            steps.equal("polls after its end", &polls, &0);
        }
    }
}
