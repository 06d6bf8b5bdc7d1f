//! Checks of stages and sinks that fail.

use std::io::ErrorKind;

use bytes::Bytes;
use lab::drops::DropCounter;
use lab::work::CallCounter;
use lab::{Size, Steps};
use pipelines::{PipelineError, Stage, pipeline};

use crate::counting::fault;
use crate::ending::{MARKS, Rig};
use crate::probe::{At, Journal, Probe};
use crate::script::{Fault, Script, Then};
use crate::shelf::{KINDS, Shelf};
use crate::wait::{ended, still, until};

pub async fn failed_stage(steps: Steps) {
    for stage in 0..3 {
        for at in [At::Chunk(0), At::Chunk(4), At::Finish] {
            // A source that waits hears of nothing by itself.
            let then = match at {
                At::Finish => Then::Ends,
                _ => Then::Waits,
            };
            steps.step(format!(
                "stage {} of 3 fails: {at:?}; the source: {then:?}",
                stage + 1
            ));
            let rig = Rig::new(3);
            let script = Script::of(8, 10, then);
            let wrong = Some((stage, at, 33));
            let sink = (At::Nowhere, 0);
            let end = rig.run(&steps, script, wrong, sink).await;
            let error = steps.refuses("the pipeline", end);
            let PipelineError::Stage(error) = error else {
                let seen = format!("{error:?}");
                steps.fail("the error of the stage", seen);
            };
            let fault = error.downcast_ref::<Fault>();
            steps.equal("the error", &fault, &Some(&Fault(33)));
            rig.expect_over(&steps, 0).await;
        }
    }
    stops(&steps).await;
    fails_behind_a_stalled_sink(&steps).await;
    nobody_wants_more(&steps).await;
}

/// The stage behind the source has left, and the sink has not
/// heard of it yet: who polls the source now reads for nobody.
async fn nobody_wants_more(steps: &Steps) {
    steps.step("the sink stalls, and the only stage fails at chunk 4");
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let taken = CallCounter::new();
    let count = taken.clone();
    let source = futures_util::stream::poll_fn(move |context| {
        let chunk = receiver.poll_recv(context);
        if chunk.is_ready() {
            count.add(0);
        }
        chunk
    });
    let source = futures_util::StreamExt::boxed(source);
    let journal = Journal::default();
    let probe = Probe::new(&Journal::default());
    let stages = vec![Stage::new(probe.failing(At::Chunk(4), 36))];
    let (shelf, _allow) = Shelf::new(&journal).stalling(1);
    let running = tokio::spawn(pipeline(source, stages, shelf, MARKS));
    let send = |count: usize| {
        for _ in 0..count {
            let chunk = Bytes::from_static(b"0123456789");
            // The source may be gone: then nobody reads it.
            let _ = sender.send(Ok(chunk));
        }
    };
    send(5);
    still().await;
    steps.equal("chunks that are read", &taken.calls(), &5);
    steps.step("the source has ten chunks more");
    send(10);
    still().await;
    // The first of them tells that nobody is there.
    steps.at_most("chunks that are read", taken.calls(), 6);
    running.abort();
}

/// A stage may give an error of its output on: that nobody wants
/// the rest is an error too, whoever says it.
async fn stops(steps: &Steps) {
    for stage in 0..2 {
        let number = stage + 1;
        steps.step(format!("stage {number} of 2 fails with `Stopped`"));
        let (journal, drops) = (Journal::default(), DropCounter::new());
        let probe = |at| {
            let probe = Probe::new(&Journal::default()).failing(at, 0);
            let probe = probe.with(|_| PipelineError::Stopped);
            Stage::new(probe.guarded_by(&drops))
        };
        let mut stages = vec![probe(At::Nowhere)];
        stages.insert(stage, probe(At::Chunk(2)));
        let source = Script::of(8, 10, Then::Ends).source();
        let shelf = Shelf::new(&journal);
        let running = pipeline(source, stages, shelf, MARKS);
        let end = ended(steps, "the pipeline", running).await;
        let error = steps.refuses("the pipeline", end.map(drop));
        steps.variant("the error", &error, &["Stopped"]);
        let finishes = journal.finishes();
        steps.equal("finishes of the sink", &finishes, &0);
        let gone = until(|| drops.alive() == 0).await;
        steps.holds("the stages are dropped", gone);
    }
}

pub async fn failed_sink(steps: Steps) {
    for stages in [0, 2] {
        for at in [At::Chunk(0), At::Chunk(4), At::Finish] {
            let then = match at {
                At::Finish => Then::Ends,
                _ => Then::Waits,
            };
            steps.step(format!(
                "the sink fails: {at:?}; the source: {then:?}; \
                 {stages} stages"
            ));
            let rig = Rig::new(stages);
            let script = Script::of(8, 10, then);
            let end = rig.run(&steps, script, None, (at, 34)).await;
            let error = steps.refuses("the pipeline", end);
            let PipelineError::Sink(error) = error else {
                let seen = format!("{error:?}");
                steps.fail("the error of the sink", seen);
            };
            steps.equal("the error", &fault(&error), &Some(Fault(34)));
            let finishes = usize::from(at == At::Finish);
            rig.expect_over(&steps, finishes).await;
        }
    }
    every_error_of_a_sink(&steps).await;
    while_a_stage_waits(&steps).await;
}

/// A client that resets its connection has not got everything.
async fn every_error_of_a_sink(steps: &Steps) {
    // The check of a client that leaves is about `BrokenPipe`.
    let kinds = KINDS.into_iter();
    for kind in kinds.filter(|kind| *kind != ErrorKind::BrokenPipe) {
        for (at, then) in
            [(At::Chunk(4), Then::Waits), (At::Finish, Then::Ends)]
        {
            steps.step(format!("the sink fails: {at:?}, {kind}"));
            let (journal, drops) =
                (Journal::default(), DropCounter::new());
            let script = Script::of(8, 10, then).guarded_by(&drops);
            let shelf = Shelf::new(&journal).failing(at, 38);
            let shelf = shelf.of_kind(kind);
            let running =
                pipeline(script.source(), Vec::new(), shelf, MARKS);
            let end = ended(steps, "the pipeline", running).await;
            let error = steps.refuses("the pipeline", end.map(drop));
            let PipelineError::Sink(error) = error else {
                let seen = format!("{error:?}");
                steps.fail("the error of the sink", seen);
            };
            let seen = (error.kind(), fault(&error));
            steps.equal("the error", &seen, &(kind, Some(Fault(38))));
            steps.equal("calls after it", &journal.late(), &0);
            let gone = until(|| drops.alive() == 0).await;
            steps.holds("the source is dropped", gone);
        }
    }
}

/// A stage that asks somebody else may wait forever: nobody tells
/// it, so it has to be ended.
async fn while_a_stage_waits(steps: &Steps) {
    for stages in [1, 2] {
        steps.step(format!(
            "the sink fails while stage 1 of {stages} waits inside \
             `transform`"
        ));
        let (journal, drops) = (Journal::default(), DropCounter::new());
        let script = Script::of(8, 10, Then::Ends).guarded_by(&drops);
        let stages = (0..stages).map(|stage| {
            let at = if stage == 0 {
                At::Waits(5)
            } else {
                At::Nowhere
            };
            let probe = Probe::new(&Journal::default()).failing(at, 0);
            Stage::new(probe.guarded_by(&drops))
        });
        let stages = stages.collect();
        let shelf = Shelf::new(&journal).failing(At::Chunk(1), 39);
        let (shelf, allow) = shelf.guarded_by(&drops).stalling(1);
        let running = pipeline(script.source(), stages, shelf, MARKS);
        let running = tokio::spawn(running);
        still().await;
        allow.more(100);
        let end = ended(steps, "the pipeline", running).await;
        let end = steps.succeeds("the task", end);
        steps.refuses("the pipeline", end.map(drop));
        let gone = until(|| drops.alive() == 0).await;
        steps.holds("source, stages and sink are dropped", gone);
    }
}

/// The error comes behind what was sent before it, so a sink that
/// stalls may hear of it late. It must hear of it, and meanwhile
/// nobody reads what nobody wants.
async fn fails_behind_a_stalled_sink(steps: &Steps) {
    for stages in [1, 2] {
        steps.step(format!(
            "the last of {stages} stages fails while the sink stalls; \
             the source has 10,000 chunks of 10 bytes"
        ));
        let (journal, drops) = (Journal::default(), DropCounter::new());
        let read = CallCounter::new();
        let script = Script::of(10_000, 10, Then::Waits);
        let script = script.guarded_by(&drops).counted_by(&read);
        let probes = (1..=stages).map(|stage| {
            let last = stage == stages;
            let at = if last { At::Chunk(4) } else { At::Nowhere };
            let probe = Probe::new(&Journal::default());
            Stage::new(probe.failing(at, 36).guarded_by(&drops))
        });
        let probes = probes.collect();
        let shelf = Shelf::new(&journal).guarded_by(&drops);
        let (shelf, allow) = shelf.stalling(1);
        let running = pipeline(script.source(), probes, shelf, MARKS);
        let running = tokio::spawn(running);
        still().await;
        // One was written, one is in the sink's hands.
        let limit = (stages + 1) * (MARKS.high - 1 + 10) + 20;
        steps.at_most(
            "bytes that are read for nobody",
            Size(read.bytes()),
            Size(limit as u64),
        );
        steps.step("the sink goes on");
        allow.more(100);
        let end = ended(steps, "the pipeline", running).await;
        let end = steps.succeeds("the task", end);
        let stage = matches!(end, Err(PipelineError::Stage(_)));
        drop(end);
        steps.holds("the error of the stage", stage);
        steps.equal("finishes", &journal.finishes(), &0);
        let gone = until(|| drops.alive() == 0).await;
        steps.holds("source, stages and sink are dropped", gone);
    }
}
