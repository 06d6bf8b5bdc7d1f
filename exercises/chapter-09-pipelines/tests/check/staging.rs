//! Checks of one stage between two queues.

use bytes::Bytes;
use lab::Steps;
use lab::drops::DropCounter;
use lab::work::CallCounter;
use pipelines::{
    BoxError, Output, PipelineError, Transform, run_stage,
};
use tokio::task::JoinHandle;
use watermark::{Consumer, Producer, QueueError, Watermarks, queue};

use crate::counting::fault;
use crate::probe::{At, Journal, MakeError, Probe};
use crate::script::Fault;
use crate::wait::{ended, polled, still, until};

/// A stage at work, with both ends in our hands.
pub struct Bench {
    pub input: Producer<Bytes>,
    pub output: Consumer<Bytes>,
    pub task: JoinHandle<()>,
}

impl Bench {
    pub fn new<T: Transform>(transform: T, marks: Watermarks) -> Self {
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
        rest(&mut self.output, steps).await
    }
}

/// All that comes out of a queue, and how it ends.
async fn rest(
    output: &mut Consumer<Bytes>,
    steps: &Steps,
) -> (Vec<u8>, Result<(), QueueError>) {
    let mut bytes = Vec::new();
    loop {
        match ended(steps, "the output", output.pop()).await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return (bytes, Ok(())),
            Err(error) => return (bytes, Err(error)),
        }
    }
}

/// Room for everything that these checks send.
pub const WIDE: Watermarks = Watermarks {
    low: 0,
    high: 1 << 20,
};

/// Pushes a chunk, which must be taken.
pub fn push(steps: &Steps, input: &Producer<Bytes>, chunk: &str) {
    let chunk = Bytes::copy_from_slice(chunk.as_bytes());
    let _ = steps.succeeds("a push", input.push(chunk));
}

pub async fn once(steps: Steps) {
    for count in [0, 1, 5] {
        steps.step(format!("{count} chunks, and the end"));
        let journal = Journal::default();
        let probe = Probe::new(&journal).saying(b"!");
        let mut bench = Bench::new(probe, WIDE);
        for _ in 0..count {
            push(&steps, &bench.input, "ab");
        }
        still().await;
        steps.equal("chunks", &journal.seen().chunks, &count);
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
    empty_chunk(&steps).await;
    waits_for_room(&steps).await;
    takes_what_it_needs(&steps).await;
    takes_no_polls(&steps).await;
}

/// An empty chunk says nothing, and nothing about the end.
async fn empty_chunk(steps: &Steps) {
    for chunks in [["", "ab", "cd"], ["ab", "", "cd"], ["ab", "cd", ""]]
    {
        steps.step(format!("the chunks {chunks:?}, and the end"));
        let journal = Journal::default();
        let probe = Probe::new(&journal).saying(b"!");
        let mut bench = Bench::new(probe, WIDE);
        for chunk in chunks {
            push(steps, &bench.input, chunk);
        }
        bench.input.close();
        let (bytes, end) = bench.rest(steps).await;
        steps.succeeds("the end of the output", end);
        steps.equal_bytes("the output", &bytes, b"abcd!");
        let given = journal.seen().chunks;
        steps.equal("chunks for the transform", &given, &3);
    }
}

/// Whoever looks again every few milliseconds is polled hundreds
/// of times while nothing happens.
async fn takes_no_polls(steps: &Steps) {
    for (waits, at) in [
        ("for its input", At::Nowhere),
        ("for room", At::Nowhere),
        ("inside `transform`", At::Waits(1)),
        ("inside `finish`", At::WaitsFinish),
    ] {
        steps.step(format!("a stage that waits {waits}"));
        let probe = Probe::new(&Journal::default());
        let (input, consumer) = queue(WIDE);
        let (producer, _output) = queue(Watermarks::new(0, 3));
        let polls = CallCounter::new();
        let output = Output::new(producer);
        let stage = run_stage(probe.failing(at, 0), consumer, output);
        let stage = tokio::spawn(polled(polls.clone(), stage));
        let chunks = if waits == "for room" { 5 } else { 2 };
        for _ in 1..chunks {
            push(steps, &input, "ab");
        }
        if at == At::Waits(1) {
            push(steps, &input, "c");
        }
        if at == At::WaitsFinish {
            input.close();
        }
        still().await;
        let before = polls.calls();
        still().await;
        let more = polls.calls() - before;
        steps.at_most("polls while it waits", more, 2);
        stage.abort();
    }
}

/// A stage has one chunk at a time in its hands.
async fn waits_for_room(steps: &Steps) {
    steps.step("20 chunks of 10 bytes, and an output of 30");
    let journal = Journal::default();
    let marks = Watermarks::new(0, 30);
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
    let taken = journal.seen().chunks;
    steps.at_most("chunks before anybody takes one", taken, 4);
    let mut came = 0;
    while let Some(chunk) = steps.succeeds(
        "a chunk",
        ended(steps, "the output", output.pop()).await,
    ) {
        came += chunk.len();
    }
    steps.equal("bytes that came", &came, &200);
    let stage = ended(steps, "the stage", stage).await;
    steps.succeeds("the stage", stage);
}

/// What the stage has not taken waits in the queue before it, and
/// that queue makes its producer wait.
async fn takes_what_it_needs(steps: &Steps) {
    steps.step("20 chunks of 10 bytes, and an input of 100");
    let (input, consumer) = queue(Watermarks::new(0, 100));
    let (producer, output) = queue(Watermarks::new(0, 10));
    let probe = Probe::new(&Journal::default());
    let stage = run_stage(probe, consumer, Output::new(producer));
    let stage = tokio::spawn(stage);
    let let_in = CallCounter::new();
    let count = let_in.clone();
    let source = tokio::spawn(async move {
        for _ in 0..20 {
            count.add(10);
            let chunk = Bytes::from_static(b"0123456789");
            if input.send(chunk).await.is_err() {
                break;
            }
        }
    });
    still().await;
    // Ten in the input, one in the output, and one in the hands of
    // the stage.
    steps.at_most("chunks that were let in", let_in.calls(), 12);
    drop(output);
    stage.abort();
    source.abort();
}

pub async fn nothing_follows(steps: Steps) {
    for (at, passed) in [
        (At::Chunk(0), ""),
        (At::Chunk(2), "p0p1"),
        (At::Finish, "p0p1p2p3"),
    ] {
        steps.step(format!("a transform that fails: {at:?}"));
        let journal = Journal::default();
        let drops = DropCounter::new();
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
        steps.refuses("the end of the output", end);
        still().await;
        steps.equal("calls after the error", &journal.late(), &0);
        let finishes = usize::from(at == At::Finish);
        steps.equal("finishes", &journal.finishes(), &finishes);
        let gone = until(|| drops.alive() == 0).await;
        steps.holds("the stage ends", gone);
    }

    for vanishes in [false, true] {
        let end = if vanishes { "vanishes" } else { "fails" };
        steps.step(format!("two chunks, then an input that {end}"));
        let journal = Journal::default();
        let probe = Probe::new(&journal).saying(b"!");
        let mut bench = Bench::new(probe, WIDE);
        push(&steps, &bench.input, "p0");
        push(&steps, &bench.input, "p1");
        if vanishes {
            drop(bench.input)
        } else {
            bench.input.fail(Fault(22).into())
        }
        let (bytes, end) = rest(&mut bench.output, &steps).await;
        steps.equal_bytes("the output", &bytes, b"p0p1");
        steps.refuses("the end of the output", end);
        still().await;
        steps.equal("finishes", &journal.finishes(), &0);
    }

    steps.step("an output whose consumer has left");
    let (journal, drops) = (Journal::default(), DropCounter::new());
    let probe = Probe::new(&journal).guarded_by(&drops);
    let bench = Bench::new(probe, WIDE);
    drop(bench.output);
    push(&steps, &bench.input, "ab");
    let gone = until(|| drops.alive() == 0).await;
    steps.holds("the stage ends, and waits for no more", gone);
}

/// The number of the fault in an error, and which error it is.
fn told(error: &PipelineError) -> (&'static str, Option<Fault>) {
    let of = |error: &BoxError| error.downcast_ref().copied();
    match error {
        PipelineError::Source(error) => ("Source", of(error)),
        PipelineError::Stage(error) => ("Stage", of(error)),
        PipelineError::Sink(error) => ("Sink", fault(error)),
        PipelineError::Stopped => ("Stopped", None),
    }
}

/// Errors of all sorts, as a transform or an input may have them.
const ERRORS: [MakeError; 4] = [
    |fault| PipelineError::Stage(fault.into()),
    |fault| PipelineError::Source(fault.into()),
    |fault| PipelineError::Sink(std::io::Error::other(fault)),
    |_| PipelineError::Stopped,
];

/// Whoever hears of it at the far end wants to know who failed.
pub async fn as_it_is(steps: Steps) {
    let mut number = 20;
    for make in ERRORS {
        for at in [At::Chunk(0), At::Chunk(2), At::Finish] {
            number += 1;
            let expected = told(&make(Fault(number)));
            let name = expected.0;
            steps.step(format!("a transform fails: {at:?}, `{name}`"));
            let probe = Probe::new(&Journal::default());
            let probe = probe.failing(at, number).with(make);
            let mut bench = Bench::new(probe, WIDE);
            for number in 0..4 {
                push(&steps, &bench.input, &format!("p{number}"));
            }
            bench.input.close();
            expect_told(&steps, &mut bench.output, expected).await;
        }
        number += 1;
        let expected = told(&make(Fault(number)));
        steps.step(format!("the input fails: `{}`", expected.0));
        let mut bench =
            Bench::new(Probe::new(&Journal::default()), WIDE);
        push(&steps, &bench.input, "p0");
        bench.input.fail(make(Fault(number)).into());
        expect_told(&steps, &mut bench.output, expected).await;
    }
}

/// Expects that a queue ends with this error.
async fn expect_told(
    steps: &Steps,
    output: &mut Consumer<Bytes>,
    expected: (&'static str, Option<Fault>),
) {
    let (_, end) = rest(output, steps).await;
    let error = steps.refuses("the end of the output", end);
    let error = told(&PipelineError::from(error));
    steps.equal("the error and its fault", &error, &expected);
}

pub async fn never_an_end(steps: Steps) {
    for count in [0, 3] {
        steps.step(format!("{count} chunks, and the input fails"));
        let journal = Journal::default();
        let mut bench = Bench::new(Probe::new(&journal), WIDE);
        for _ in 0..count {
            push(&steps, &bench.input, "ab");
        }
        bench.input.fail(Fault(23).into());
        let (_, end) = bench.rest(&steps).await;
        steps.refuses("the end of the output", end);

        steps.step(format!("{count} chunks, and the input vanishes"));
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
        let (_, end) = rest(&mut output, &steps).await;
        steps.refuses("the end of the output", end);
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
}
