//! Checks of one stage between two queues.

use bytes::Bytes;
use lab::Steps;
use lab::drops::Drops;
use pipelines::{Output, PipelineError, Transform, run_stage};
use tokio::task::JoinHandle;
use watermark::{Consumer, Marks, Producer, QueueError, queue};

use crate::probe::{At, Journal, Probe};
use crate::script::Fault;
use crate::wait::{ended, still, until};

/// A stage at work, with both ends in our hands.
pub struct Bench {
    pub input: Producer<Bytes>,
    pub output: Consumer<Bytes>,
    pub task: JoinHandle<()>,
}

impl Bench {
    pub fn new<T: Transform>(transform: T, marks: Marks) -> Self {
        let (input, consumer) = queue(marks);
        let (producer, output) = queue(marks);
        let output_of = Output::new(producer);
        let task = tokio::spawn(async move {
            run_stage(transform, consumer, output_of).await;
        });
        Self {
            input,
            output,
            task,
        }
    }

    /// All that comes out, and how it ends.
    pub async fn rest(
        &mut self,
        steps: &Steps,
    ) -> (Vec<u8>, Result<(), QueueError>) {
        let mut bytes = Vec::new();
        loop {
            let piece = self.output.pop();
            match ended(steps, "the output", piece).await {
                Ok(Some(piece)) => bytes.extend_from_slice(&piece),
                Ok(None) => return (bytes, Ok(())),
                Err(error) => return (bytes, Err(error)),
            }
        }
    }
}

/// Room for everything that these checks send.
pub const WIDE: Marks = Marks {
    low: 0,
    high: 1 << 20,
};

/// Pushes a piece, which must be taken.
pub fn push(steps: &Steps, input: &Producer<Bytes>, piece: &str) {
    let piece = Bytes::copy_from_slice(piece.as_bytes());
    let _ = steps.succeeds("a push", input.push(piece));
}

pub async fn once(steps: Steps) {
    for count in [0, 1, 5] {
        steps.step(format!("{count} pieces, and the end"));
        let journal = Journal::default();
        let probe = Probe::new(&journal).saying(b"!");
        let mut bench = Bench::new(probe, WIDE);
        for _ in 0..count {
            push(&steps, &bench.input, "ab");
        }
        still().await;
        steps.equal("pieces", &journal.seen().pieces, &count);
        steps.equal("finishes so far", &journal.finishes(), &0);
        bench.input.close();
        let (bytes, end) = bench.rest(&steps).await;
        steps.succeeds("the end of the output", end);
        let expected = format!("{}!", "ab".repeat(count));
        steps.equal_bytes("the output", &bytes, expected.as_bytes());
        steps.equal("finishes", &journal.finishes(), &1);
        steps.equal("calls after the end", &journal.late(), &0);
        let task = ended(&steps, "the stage", bench.task).await;
        steps.succeeds("the stage", task);
    }
    waits_for_room(&steps).await;
}

/// A stage has one piece at a time in its hands.
async fn waits_for_room(steps: &Steps) {
    steps.step("20 pieces of 10 bytes, and an output of 30");
    let journal = Journal::default();
    let marks = Marks::new(0, 30);
    let (input, consumer) = queue(WIDE);
    let (producer, mut output) = queue(marks);
    let probe = Probe::new(&journal);
    let stage = run_stage(probe, consumer, Output::new(producer));
    let stage = tokio::spawn(stage);
    for _ in 0..20 {
        push(steps, &input, "0123456789");
    }
    input.close();
    still().await;
    let taken = journal.seen().pieces;
    steps.at_most("pieces before anybody takes one", taken, 4);
    let mut came = 0;
    while let Some(piece) = steps.succeeds(
        "a piece",
        ended(steps, "the output", output.pop()).await,
    ) {
        came += piece.len();
    }
    steps.equal("bytes that came", &came, &200);
    let stage = ended(steps, "the stage", stage).await;
    steps.succeeds("the stage", stage);
}

pub async fn nothing_follows(steps: Steps) {
    for (at, passed) in [
        (At::Piece(0), ""),
        (At::Piece(2), "p0p1"),
        (At::Finish, "p0p1p2p3"),
    ] {
        steps.step(format!("a transform that fails: {at:?}"));
        let journal = Journal::default();
        let drops = Drops::new();
        let probe = Probe::new(&journal).failing(at, 21);
        let probe = probe.saying(b"!").guarded_by(&drops);
        let mut bench = Bench::new(probe, WIDE);
        for number in 0..4 {
            push(&steps, &bench.input, &format!("p{number}"));
        }
        if at == At::Finish {
            bench.input.close();
        }
        let (bytes, end) = bench.rest(&steps).await;
        steps.equal_bytes("the output", &bytes, passed.as_bytes());
        let error = steps.refuses("the end of the output", end);
        expect_stage_fault(&steps, error, 21);
        still().await;
        steps.equal("calls after the error", &journal.late(), &0);
        let finishes = usize::from(at == At::Finish);
        steps.equal("finishes", &journal.finishes(), &finishes);
        let gone = until(|| drops.alive() == 0).await;
        steps.holds("the stage ends", gone);
    }

    steps.step("two pieces, then an input that fails");
    let journal = Journal::default();
    let probe = Probe::new(&journal).saying(b"!");
    let mut bench = Bench::new(probe, WIDE);
    push(&steps, &bench.input, "p0");
    push(&steps, &bench.input, "p1");
    bench
        .input
        .fail(PipelineError::Source(Fault(22).into()).into());
    let (bytes, end) = bench.rest(&steps).await;
    steps.equal_bytes("the output", &bytes, b"p0p1");
    let error = PipelineError::from(steps.refuses("the end", end));
    let PipelineError::Source(error) = error else {
        steps.fail("the error of the source", format!("{error:?}"));
    };
    let fault = error.downcast_ref::<Fault>();
    steps.equal("the error", &fault, &Some(&Fault(22)));
    still().await;
    steps.equal("finishes", &journal.finishes(), &0);
}

/// Expects that a queue failed with this fault of a stage.
fn expect_stage_fault(steps: &Steps, error: QueueError, number: u32) {
    let error = PipelineError::from(error);
    let PipelineError::Stage(error) = error else {
        steps.fail("the error of the stage", format!("{error:?}"));
    };
    let fault = error.downcast_ref::<Fault>();
    steps.equal("the error", &fault, &Some(&Fault(number)));
}

pub async fn never_an_end(steps: Steps) {
    for count in [0, 3] {
        steps.step(format!("{count} pieces, and the input fails"));
        let journal = Journal::default();
        let mut bench = Bench::new(Probe::new(&journal), WIDE);
        for _ in 0..count {
            push(&steps, &bench.input, "ab");
        }
        bench.input.fail(Fault(23).into());
        let (_, end) = bench.rest(&steps).await;
        steps.refuses("the end of the output", end);
        steps.equal("finishes", &journal.finishes(), &0);

        steps.step(format!("{count} pieces, and the input vanishes"));
        let journal = Journal::default();
        let bench = Bench::new(Probe::new(&journal), WIDE);
        for _ in 0..count {
            push(&steps, &bench.input, "ab");
        }
        let Bench {
            input,
            mut output,
            task,
        } = bench;
        drop(input);
        let end = loop {
            match ended(&steps, "the output", output.pop()).await {
                Ok(Some(_)) => {}
                end => break end,
            }
        };
        steps.refuses("the end of the output", end);
        steps.equal("finishes", &journal.finishes(), &0);
        let task = ended(&steps, "the stage", task).await;
        steps.succeeds("the stage", task);
    }

    steps.step("a transform that fails in `finish`");
    let journal = Journal::default();
    let probe = Probe::new(&journal).failing(At::Finish, 24);
    let mut bench = Bench::new(probe, WIDE);
    push(&steps, &bench.input, "ab");
    bench.input.close();
    let (_, end) = bench.rest(&steps).await;
    steps.refuses("the end of the output", end);

    steps.step("an output whose consumer has left");
    let (journal, drops) = (Journal::default(), Drops::new());
    let probe = Probe::new(&journal).guarded_by(&drops);
    let bench = Bench::new(probe, WIDE);
    drop(bench.output);
    push(&steps, &bench.input, "ab");
    let gone = until(|| drops.alive() == 0).await;
    steps.holds("the stage ends, and waits for no more", gone);
}
