//! Checks of a source that ends before its range does.

use std::io::{self, ErrorKind};
use std::ops::Range;

use backpressure::{AbortOnDrop, CHUNK, FileBody, chunk_stream};
use bytes::Bytes;
use futures_util::StreamExt;
use lab::Steps;
use lab::payload::Payload;
use lab::size::MIB;
use lab::work::CallCounter;
use tokio::time::timeout;
use watermark::{Flow, QueueError, Watermarks, queue};

use crate::PATIENCE;
use crate::body::{Way, failure, kind, settled};
use crate::disk::{BROKEN, Broken, Disk};
use crate::order::ways_and_marks;

/// Errors of a disk. Each of them means that bytes are missing.
const KINDS: [ErrorKind; 9] = [
    ErrorKind::UnexpectedEof,
    ErrorKind::BrokenPipe,
    ErrorKind::WouldBlock,
    ErrorKind::TimedOut,
    ErrorKind::NotFound,
    ErrorKind::ConnectionReset,
    ErrorKind::PermissionDenied,
    ErrorKind::InvalidData,
    ErrorKind::Other,
];

/// The body ends with the disk's own error.
async fn broken(steps: &Steps, body: FileBody, expected: ErrorKind) {
    let error = failure(steps, body).await;
    steps.equal("error", &kind(&error), &Some(expected));
    let said = error.as_ref().map(ToString::to_string);
    let said = said.unwrap_or_default();
    steps.equal("what the error says", said.as_str(), BROKEN);
    let error = error.as_ref();
    let error = error.and_then(|error| error.downcast_ref());
    let inner = error.and_then(io::Error::get_ref);
    steps.holds(
        "it is the disk's own error, and no new one",
        inner.is_some_and(|inner| inner.is::<Broken>()),
    );
}

pub async fn short_source(steps: Steps) {
    steps.expect_panics();
    for (way, mark) in ways_and_marks() {
        let given = Given {
            steps: &steps,
            way,
            mark,
        };
        given.too_short().await;
        given.failing_reads().await;
        given.failing_seeks().await;
        given.panics().await;
    }
    for chunks in [0, 1, 3] {
        vanished(&steps, chunks).await;
    }
}

/// A reader that is gone has no error of its own, and what the queue
/// says in its place reaches whoever takes the chunks.
async fn vanished(steps: &Steps, chunks: usize) {
    steps.step(format!(
        "a producer that pushes {chunks} chunks, and vanishes"
    ));
    let (producer, consumer) = queue(Watermarks::new(0, 1));
    for _ in 0..chunks {
        let pushed = producer.push(Bytes::from_static(b"chunk"));
        let flow = steps.succeeds("the push", pushed);
        steps.equal("the return value", &flow, &Flow::Wait);
    }
    drop(producer);
    let reader = AbortOnDrop::spawn(Box::pin(async {}));
    let mut stream = chunk_stream(consumer, reader);
    let mut came = 0;
    let error = loop {
        let chunk = timeout(PATIENCE, stream.next()).await;
        match steps.succeeds("the stream continues", chunk) {
            Some(Ok(_)) => came += 1,
            Some(Err(error)) => break error,
            None => steps.fail("an error", "the end of the stream"),
        }
    };
    steps.equal("chunks before it", &came, &chunks);
    let seen = match error.downcast_ref::<QueueError>() {
        Some(error) => format!("QueueError::{error:?}"),
        None => format!("another error: {error:?}"),
    };
    let expected = "QueueError::Abandoned";
    steps.equal("the stream's error", seen.as_str(), expected);
}

/// What fails, and how it is read.
struct Given<'a> {
    steps: &'a Steps,
    way: Way,
    mark: usize,
}

/// The payload of a source that fails, in bytes.
const LENGTH: u64 = MIB;

impl Given<'_> {
    fn step(&self, what: String) {
        let Self { way, mark, .. } = self;
        self.steps.step(format!("{way}, a mark of {mark}: {what}"));
    }

    /// A body of a disk that `equip` has changed. The reader has
    /// come as far as it comes before anything is taken: an error
    /// must not get lost in a full queue.
    async fn body(
        &self,
        range: Range<u64>,
        waits: bool,
        equip: impl Fn(Disk) -> Disk,
    ) -> FileBody {
        let work = CallCounter::new();
        let count = work.clone();
        let source = Disk::new(Payload::new(LENGTH), move |source| {
            source.counted_by(&count)
        });
        let body = self.way.body(equip(source), range, self.mark);
        if waits {
            settled(&work).await;
        }
        body
    }

    async fn too_short(&self) {
        for range in [
            0..LENGTH + 1,
            LENGTH..LENGTH + 1,
            LENGTH + 9..LENGTH + 10,
            LENGTH - 1..u64::MAX,
            0..u64::MAX,
        ] {
            self.step(format!("read bytes {range:?} of {LENGTH}"));
            let body = self.body(range, false, |disk| disk).await;
            let error = failure(self.steps, body).await;
            let unexpected = Some(ErrorKind::UnexpectedEof);
            self.steps.equal("error", &kind(&error), &unexpected);
        }
        // The end comes while the queue is full, at each place of
        // it.
        for chunks in self.full() {
            let begin = LENGTH - chunks * CHUNK as u64;
            let range = begin..LENGTH + 1;
            self.step(format!(
                "read bytes {range:?} of {LENGTH}, and take nothing \
                 for a while"
            ));
            let body = self.body(range, true, |disk| disk).await;
            let error = failure(self.steps, body).await;
            let unexpected = Some(ErrorKind::UnexpectedEof);
            self.steps.equal("error", &kind(&error), &unexpected);
        }
    }

    /// All of them at one mark, and a few at the others.
    fn kinds(&self) -> &'static [ErrorKind] {
        match self.mark {
            CHUNK => &KINDS,
            _ => &KINDS[..3],
        }
    }

    /// After how many chunks the queue may be full: at every place
    /// of a long one.
    fn full(&self) -> Range<u64> {
        0..(self.mark / CHUNK + 2) as u64
    }

    async fn failing_reads(&self) {
        for at in [0, 300_000, LENGTH - 1] {
            for &expected in self.kinds() {
                self.step(format!(
                    "a disk that fails at byte {at} with {expected:?}"
                ));
                let equip =
                    |disk: Disk| disk.failing_once(at, expected);
                let body = self.body(0..LENGTH, false, equip).await;
                broken(self.steps, body, expected).await;
            }
        }
        for chunks in self.full() {
            let at = chunks * CHUNK as u64;
            let expected = ErrorKind::Other;
            self.step(format!(
                "a disk that fails at byte {at}; take nothing for a \
                 while"
            ));
            let equip = |disk: Disk| disk.failing_once(at, expected);
            let body = self.body(0..LENGTH, true, equip).await;
            broken(self.steps, body, expected).await;
        }
    }

    async fn failing_seeks(&self) {
        for range in [0..LENGTH, 0..1, LENGTH - 1..LENGTH] {
            let kinds = [ErrorKind::NotSeekable];
            for &expected in kinds.iter().chain(self.kinds()) {
                self.step(format!(
                    "read bytes {range:?} of a disk that cannot be \
                     sought: {expected:?}"
                ));
                let equip = |disk: Disk| disk.failing_seek(expected);
                let body = self.body(range.clone(), false, equip).await;
                broken(self.steps, body, expected).await;
            }
        }
    }

    async fn panics(&self) {
        for at in [0, 300_000, LENGTH - 1] {
            self.step(format!("a read that panics at byte {at}"));
            let equip = |disk: Disk| disk.panicking_from(at);
            let body = self.body(0..LENGTH, false, equip).await;
            // Which error it is, nobody says.
            let error = failure(self.steps, body).await;
            self.steps.holds("the body fails", error.is_some());
        }
        for chunks in self.full() {
            let at = chunks * CHUNK as u64;
            self.step(format!(
                "a read that panics at byte {at}, after a while"
            ));
            let equip = |disk: Disk| disk.panicking_from(at);
            let body = self.body(0..LENGTH, true, equip).await;
            let error = failure(self.steps, body).await;
            self.steps.holds("the body fails", error.is_some());
        }
        self.step("a seek that panics, before the first byte".into());
        let equip = |disk: Disk| disk.panicking_seeks();
        let body = self.body(1..LENGTH, false, equip).await;
        let error = failure(self.steps, body).await;
        self.steps.holds("the body fails", error.is_some());
    }
}
