//! Checks of what comes out: every byte, once, in order, and then
//! the right end.

use std::io::{self, ErrorKind, Seek, SeekFrom};
use std::ops::Range;

use backpressure::{AbortOnDrop, CHUNK, FileBody, chunk_stream};
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt};
use http_body::Body;
use http_body_util::BodyExt;
use lab::payload::Payload;
use lab::size::MIB;
use lab::work::CallCounter;
use lab::{Size, Steps};
use tokio::time::timeout;
use watermark::{Flow, QueueError, Watermarks, queue};

use crate::ahead::counted;
use crate::body::{
    WAYS, Way, chunk, failure, kind, next, rest, settled,
};
use crate::clock::Clock;
use crate::disk::{BROKEN, Broken, Disk};
use crate::{MARK, PATIENCE};

pub async fn range(steps: Steps) {
    for way in WAYS {
        exactly(&steps, way).await;
        interrupted(&steps, way).await;
        nothing_after(&steps, way).await;
    }
}

/// The mark is wide enough for the whole payload: nobody waits here.
async fn exactly(steps: &Steps, way: Way) {
    let payload = Payload::new(MIB + 7);
    let chunk = CHUNK as u64;
    for range in [
        0..payload.length(),
        0..0,
        0..1,
        100_000..100_001,
        100_000..100_000,
        0..chunk,
        chunk..2 * chunk,
        chunk - 1..3 * chunk + 1,
        payload.length() - 1..payload.length(),
        payload.length()..payload.length(),
        // It ends before it begins.
        Range { start: 9, end: 3 },
    ] {
        let mut source = Disk::new(payload, |source| source);
        let stands = source.seek(SeekFrom::Start(1000));
        steps.succeeds("seek", stands);
        steps.step(format!(
            "{way}: read bytes {range:?} of a source that stands at \
             1000"
        ));
        let end = range.end.max(range.start);
        let mut left = end - range.start;
        let mut verifier = payload.verifier_of(range.start..end);
        let mut body = way.body(source, range, 2 * MIB as usize);
        loop {
            let hint = body.size_hint().exact();
            steps.equal("bytes still to come", &hint, &Some(left));
            let Some(chunk) = next(steps, &mut body).await else {
                break;
            };
            let chunk = steps.succeeds("a chunk", chunk);
            steps.at_most("its length", chunk.len(), CHUNK);
            left = left.saturating_sub(chunk.len() as u64);
            verifier.feed(&chunk);
        }
        steps.succeeds("the bytes", verifier.finish());
    }
}

/// Short reads may be joined into a chunk, and then a read in the
/// middle of one is interrupted.
async fn interrupted(steps: &Steps, way: Way) {
    for (signals, read) in [
        (1, usize::MAX),
        (300, usize::MAX),
        (1, 1000),
        (3, 40_000),
        (2, 65_535),
    ] {
        let payload = Payload::new(MIB / 2 + 7);
        steps.step(format!(
            "{way}, and a disk that is interrupted before each read; \
             how often: {signals}; bytes a read: {}",
            read.min(CHUNK)
        ));
        let source = Disk::new(payload, |source| source);
        let source = source.with_signals(signals).short(read);
        let whole = 0..payload.length();
        let mark = 2 * MIB as usize;
        let mut body = way.body(source, whole, mark);
        let mut verifier = payload.verifier();
        rest(steps, &mut body, &mut verifier).await;
        steps.succeeds("the bytes", verifier.finish());
    }
}

/// What stands after a range is no part of it, and a disk may be
/// broken there.
async fn nothing_after(steps: &Steps, way: Way) {
    let payload = Payload::new(MIB);
    let chunk = CHUNK as u64;
    for range in [
        0..1,
        0..100,
        0..chunk,
        5..chunk + 5,
        7..2 * chunk + 100,
        chunk..4 * chunk - 1,
    ] {
        for read in [usize::MAX, 100, 40_000] {
            steps.step(format!(
                "{way}: read bytes {range:?} of a disk that is broken \
                 right after them; bytes a read: {}",
                read.min(CHUNK)
            ));
            let source = Disk::new(payload, |source| source);
            let source = source.short(read).broken_from(range.end);
            let mut verifier = payload.verifier_of(range.clone());
            let mut body = way.body(source, range.clone(), MARK);
            rest(steps, &mut body, &mut verifier).await;
            steps.succeeds("the bytes", verifier.finish());
        }
    }
}

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

/// Offsets and lengths that don't fit into 32 bits, and the
/// largest mark.
pub async fn large(steps: Steps) {
    for way in WAYS {
        past_32_bits(&steps, way).await;
        let payload = Payload::new(MIB + 7);
        steps.step(format!(
            "{way}, a mark of usize::MAX; take every chunk"
        ));
        let (mut body, _) = counted(way, payload, usize::MAX);
        let mut verifier = payload.verifier();
        rest(&steps, &mut body, &mut verifier).await;
        steps.succeeds("the bytes", verifier.finish());
    }
}

async fn past_32_bits(steps: &Steps, way: Way) {
    const LARGE: u64 = 4 << 30;
    const LAST: u64 = u64::MAX;
    let large = Payload::stamped(LARGE + 10);
    let largest = Payload::stamped(LAST);
    for (payload, range, most) in [
        (large, 0..LARGE + 10, 3 * CHUNK as u64),
        (large, 1..LARGE + 1, 3 * CHUNK as u64),
        (large, LARGE + 3..LARGE + 10, 7),
        (large, LARGE - 5..LARGE + 10, 15),
        (largest, 0..LAST, 3 * CHUNK as u64),
        (largest, LAST - 1000..LAST - 1, 999),
        (largest, LAST - 100_000..LAST, 100_000),
    ] {
        steps.step(format!(
            "{way}: read bytes {range:?}, the first {most}"
        ));
        let source = Disk::new(payload, |source| source);
        let length = range.end - range.start;
        let mut verifier =
            payload.verifier_of(range.start..range.start + most);
        let mut body = way.body(source, range, MARK);
        let hint = body.size_hint().exact();
        steps.equal("bytes still to come", &hint, &Some(length));
        let mut taken = 0;
        while taken < most {
            let chunk = chunk(steps, &mut body).await;
            let new = (chunk.len() as u64).min(most - taken);
            verifier.feed(&chunk[..new as usize]);
            taken += new;
        }
        steps.succeeds("the bytes", verifier.finish());
    }
}

/// Both ways, with each of three marks.
fn ways_and_marks() -> impl Iterator<Item = (Way, usize)> {
    let marks = [0, CHUNK, MARK];
    WAYS.into_iter()
        .flat_map(move |way| marks.map(|mark| (way, mark)))
}

/// With each of these marks the queue says "wait" many times.
pub async fn wait_is_no_end(steps: Steps) {
    // Many chunks: tasks that race for their order lose it at some of them.
    let payload = Payload::new(8 * MIB + 7);
    for (way, mark) in ways_and_marks() {
        steps.step(format!(
            "{way}, a mark of {mark}; let the reader wait"
        ));
        let (mut body, work) = counted(way, payload, mark);
        settled(&work).await;
        steps.step("take every chunk");
        let mut verifier = payload.verifier();
        let bytes = rest(&steps, &mut body, &mut verifier).await;
        let all = Size(payload.length());
        steps.equal("bytes that came", &Size(bytes), &all);
        steps.succeeds("the bytes", verifier.finish());
    }
}

pub async fn once(steps: Steps) {
    let payload = Payload::new(MIB + 7);
    for (way, mark) in ways_and_marks() {
        steps.step(format!(
            "{way}, a mark of {mark}; let the reader wait"
        ));
        let (mut body, work) = counted(way, payload, mark);
        settled(&work).await;
        steps.step("take every chunk");
        let mut bytes = 0;
        // As many as come, also when there are too many.
        while let Some(Ok(chunk)) = next(&steps, &mut body).await {
            bytes += chunk.len() as u64;
        }
        let all = Size(payload.length());
        steps.at_most("bytes that came", Size(bytes), all);
    }
}

/// The queue is full before each chunk is taken.
pub async fn slow_client(steps: Steps) {
    for way in WAYS {
        slowly(&steps, way).await;
    }
}

async fn slowly(steps: &Steps, way: Way) {
    let payload = Payload::new(2 * MIB + 7);
    steps.step(format!(
        "{way}: wait for a full queue before each 64 KiB"
    ));
    let (mut body, work) = counted(way, payload, MARK);
    let mut verifier = payload.verifier();
    // Chunks may be small, and then there are many.
    let mut fresh = CHUNK;
    loop {
        if fresh >= CHUNK {
            settled(&work).await;
            fresh = 0;
        }
        let Some(chunk) = next(steps, &mut body).await else {
            break;
        };
        let chunk = steps.succeeds("a chunk", chunk);
        fresh += chunk.len();
        verifier.feed(&chunk);
    }
    steps.succeeds("every byte", verifier.finish());
}

/// The clock is the check's own: an hour is over as soon as
/// everybody waits, and so is every timeout within it. Only the first wait
/// is so long: a reader that polls again and again must not poll
/// forever, and has a check of its own.
pub async fn cancelled(steps: Steps) {
    for way in WAYS {
        patiently(&steps, way).await;
    }
}

async fn patiently(steps: &Steps, way: Way) {
    let payload = Payload::new(MIB + 7);
    steps.step(format!(
        "{way}: let an hour pass, and a minute before each chunk"
    ));
    let (mut body, _) = counted(way, payload, MARK);
    let mut verifier = payload.verifier();
    let mut clock = Clock::default();
    clock.pass(PATIENCE * 360).await;
    loop {
        clock.pass(PATIENCE * 6).await;
        // One look at the chunk, and the wait for it is dropped.
        let chunk = match body.frame().now_or_never() {
            Some(chunk) => chunk,
            None => body.frame().await,
        };
        let Some(chunk) = chunk else { break };
        let chunk = steps.succeeds("a chunk", chunk);
        verifier.feed(&chunk.into_data().unwrap_or_default());
    }
    steps.succeeds("every byte", verifier.finish());
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
