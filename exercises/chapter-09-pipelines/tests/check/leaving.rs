//! Checks of pipelines that are given up.

use lab::Steps;
use lab::drops::DropCounter;
use lab::work::CallCounter;
use pipelines::{PipelineError, Stage, pipeline};
use watermark::{Watermarks, queue};

use crate::probe::{At, Journal, Probe};
use crate::script::{Script, Then};
use crate::shelf::Shelf;
use crate::wait::{ended, still, until};

/// The marks of these checks, in bytes.
const MARKS: Watermarks = Watermarks { low: 64, high: 128 };

/// A stage that waits there has taken every chunk.
const AT_END: At = At::WaitsFinish;

/// Whoever waits for a pipeline may stop waiting: a server that
/// shuts down, a request that took too long.
pub async fn dropped(steps: Steps) {
    for (name, chunks, then, writes, at) in [
        ("the sink stalls", 500, Then::Ends, 2, At::Nowhere),
        ("the source waits", 3, Then::Waits, 500, At::Nowhere),
        ("a stage waits", 500, Then::Ends, 500, At::Waits(3)),
        ("a stage waits in `finish`", 3, Then::Ends, 500, AT_END),
    ] {
        steps.step(format!("run two stages, until {name}"));
        let (journal, drops) = (Journal::default(), DropCounter::new());
        let read = CallCounter::new();
        let script = Script::of(chunks, 10, then).guarded_by(&drops);
        let source = script.counted_by(&read).source();
        let stages: Vec<Journal> =
            (0..2).map(|_| Journal::default()).collect();
        let probes = stages.iter().map(|journal| {
            let probe = Probe::new(journal).failing(at, 0);
            Stage::new(probe.guarded_by(&drops))
        });
        let shelf = Shelf::new(&journal).guarded_by(&drops);
        let (shelf, _allow) = shelf.stalling(writes);
        let running = pipeline(source, probes.collect(), shelf, MARKS);
        let mut running = Box::pin(running);
        let waits = tokio::time::timeout(crate::PATIENCE, &mut running);
        steps.holds("it waits", waits.await.is_err());
        steps.step("drop the pipeline");
        drop(running);
        let gone = until(|| drops.alive() == 0).await;
        steps.holds("source, stages and sink are dropped", gone);
        let before = read.bytes();
        still().await;
        steps.equal("bytes read after it", &read.bytes(), &before);
        let finishes = usize::from(at == AT_END);
        let seen = stages[0].finishes();
        steps.equal("finishes of stage 1", &seen, &finishes);
        for journal in stages[1..].iter().chain([&journal]) {
            steps.equal("finishes", &journal.finishes(), &0);
        }
    }

    steps.step("run a pipeline, until the sink waits in `finish`");
    let (journal, drops) = (Journal::default(), DropCounter::new());
    let script = Script::of(3, 10, Then::Ends).guarded_by(&drops);
    let shelf = Shelf::new(&journal).guarded_by(&drops);
    let shelf = shelf.failing(AT_END, 0);
    let running = pipeline(script.source(), Vec::new(), shelf, MARKS);
    let mut running = Box::pin(running);
    let waits = tokio::time::timeout(crate::PATIENCE, &mut running);
    steps.holds("it waits", waits.await.is_err());
    steps.equal("finishes", &journal.finishes(), &1);
    drop(running);
    let gone = until(|| drops.alive() == 0).await;
    steps.holds("source and sink are dropped", gone);

    steps.step("drop a pipeline that was never polled");
    let (journal, drops) = (Journal::default(), DropCounter::new());
    let script = Script::of(3, 10, Then::Ends).guarded_by(&drops);
    let shelf = Shelf::new(&journal).guarded_by(&drops);
    let probe = Probe::new(&Journal::default()).guarded_by(&drops);
    let stages = vec![Stage::new(probe)];
    drop(pipeline(script.source(), stages, shelf, MARKS));
    steps.equal("parts that are left", &drops.alive(), &0);
}

/// The queue of an HTTP body is the sink, and its client leaves.
pub async fn client(steps: Steps) {
    steps.step("500 chunks, two stages, and a body's queue");
    let (drops, read) = (DropCounter::new(), CallCounter::new());
    let script = Script::of(500, 10, Then::Waits).guarded_by(&drops);
    let source = script.counted_by(&read).source();
    let journals: Vec<Journal> = vec![Journal::default(); 2];
    let probes = journals.iter().map(|journal| {
        Stage::new(Probe::new(journal).guarded_by(&drops))
    });
    let probes = probes.collect();
    let (producer, mut consumer) = queue(MARKS);
    let running = pipeline(source, probes, producer, MARKS);
    let running = tokio::spawn(running);
    for _ in 0..3 {
        let chunk = ended(&steps, "the body", consumer.pop()).await;
        let chunk = steps.succeeds("a chunk", chunk);
        steps.holds("a chunk comes", chunk.is_some());
    }
    still().await;
    steps.step("the client leaves");
    drop(consumer);
    let end = ended(&steps, "the pipeline", running).await;
    let end = steps.succeeds("the task", end);
    let error = match end {
        Ok(_) => steps.fail("an error", "a good end"),
        Err(error) => error,
    };
    let PipelineError::Sink(error) = error else {
        steps.fail("the error of the sink", format!("{error:?}"));
    };
    let kind = error.kind();
    steps.equal("its kind", &kind, &std::io::ErrorKind::BrokenPipe);
    let gone = until(|| drops.alive() == 0).await;
    steps.holds("source and stages are dropped", gone);
    let most = 5000;
    steps.holds("not everything was read", read.bytes() < most);
    for journal in &journals {
        steps.equal("finishes", &journal.finishes(), &0);
    }
}
