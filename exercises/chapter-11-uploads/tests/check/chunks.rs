//! Checks of what `save` does with chunks of any length.

use std::future::pending;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::work::CallCounter;
use lab::{Size, Steps};
use pipelines::{BoxError, Sha256, Source, Stage, pipeline};
use uploads::{ByteLimit, save};
use watermark::Watermarks;

use crate::desk::Chunks;
use crate::saving::{
    HIGH, LOW, NAME, desk, digest, folder, gzip, hex, incoming, limits,
    saved,
};
use crate::wait::{ended, quiet, until};

/// These bytes in chunks of so many. They are views of one buffer,
/// so a chunk costs nothing before somebody takes it.
fn cut(bytes: &Bytes, length: usize, taken: &CallCounter) -> Source {
    let (bytes, taken) = (bytes.clone(), taken.clone());
    let starts = (0..bytes.len()).step_by(length);
    stream::iter(starts.map(move |from| {
        let to = bytes.len().min(from + length);
        taken.add((to - from) as u64);
        Ok::<_, BoxError>(bytes.slice(from..to))
    }))
    .boxed()
}

/// Bytes that gzip makes no shorter.
fn random(length: u64) -> Bytes {
    Payload::new(length).bytes(0..length).into()
}

/// A chunk costs the same whatever it holds, so short ones are
/// joined: before the first queue, and up to the low mark.
pub async fn joined(steps: Steps) {
    for length in [1, 7, 1000, LOW as usize - 1] {
        few_writes(&steps, length).await;
    }
    uneven(&steps).await;
    few_writes_of_gzip(&steps).await;
    for gzipped in [false, true] {
        before_the_first_queue(&steps, gzipped).await;
    }
    what_waits(&steps).await;
    as_they_are(&steps).await;
}

/// Each write but the last has the low mark, or more.
fn long_writes(steps: &Steps, chunks: &Chunks) {
    let mut lengths: Vec<usize> =
        chunks.all().iter().map(|(_, length)| *length).collect();
    lengths.pop();
    let least = lengths.iter().copied().min();
    let least = Size(least.map_or(LOW, |least| least as u64));
    let what = "bytes of each write but the last";
    steps.at_least(what, least, Size(LOW));
}

async fn few_writes(steps: &Steps, length: usize) {
    // More than the low mark, and not too many chunks: whoever
    // forgets to join them should be told so, and not time out.
    let bytes = random((length as u64 * 40_000).min(200_000));
    let size = Size(bytes.len() as u64);
    steps.step(format!("{size} in chunks of {length}"));
    let folder = folder(steps);
    let draft = desk(steps, &folder);
    let (chunks, written) =
        (draft.chunks.clone(), draft.written.clone());
    let source = cut(&bytes, length, &CallCounter::new());
    let saved = saved(steps, incoming(steps, source), draft, MIB).await;
    let saved = steps.succeeds("save", saved);
    let most = bytes.len() as u64 / LOW + 1;
    steps.at_most("writes of the draft", written.calls(), most);
    long_writes(steps, &chunks);
    let read = std::fs::read(folder.path().join(NAME));
    let read = steps.succeeds("the file", read);
    steps.equal_bytes("the file", &read, &bytes);
    steps.equal("the digest", &hex(&saved.digest), &digest(&bytes));
}

/// One byte, a long chunk, one byte, a long chunk.
async fn uneven(steps: &Steps) {
    steps.step("chunks of one byte between chunks of 64 KiB");
    let bytes = random(640_010);
    let mut all = Vec::new();
    let mut rest = bytes.clone();
    while !rest.is_empty() {
        all.push(Ok(rest.split_to(1)));
        let long = rest.len().min(64_000);
        all.push(Ok(rest.split_to(long)));
    }
    let folder = folder(steps);
    let draft = desk(steps, &folder);
    let chunks = draft.chunks.clone();
    let source = stream::iter(all).boxed();
    let saved = saved(steps, incoming(steps, source), draft, MIB).await;
    steps.succeeds("save", saved);
    long_writes(steps, &chunks);
    let read = std::fs::read(folder.path().join(NAME));
    let read = steps.succeeds("the file", read);
    steps.equal_bytes("the file", &read, &bytes);
}

/// What is packed is joined too, before it is unpacked.
async fn few_writes_of_gzip(steps: &Steps) {
    steps.step("gzip of 10,000 bytes in chunks of 1");
    let bytes = random(10_000);
    let packed = Bytes::from(gzip(&bytes));
    let folder = folder(steps);
    let draft = desk(steps, &folder);
    let written = draft.written.clone();
    let source = cut(&packed, 1, &CallCounter::new());
    let mut incoming = incoming(steps, source);
    incoming.gzip = true;
    let saved = saved(steps, incoming, draft, MIB).await;
    steps.succeeds("save", saved);
    // Nothing is packed well here: a chunk makes one or two.
    let most = 2 * (packed.len() as u64 / LOW + 1);
    steps.at_most("writes of the draft", written.calls(), most);
    let read = std::fs::read(folder.path().join(NAME));
    let read = steps.succeeds("the file", read);
    steps.equal_bytes("the file", &read, &bytes);
}

/// A queue counts bytes: one that is full of single bytes has tens
/// of thousands of items, which take forty times as much.
async fn before_the_first_queue(steps: &Steps, gzipped: bool) {
    steps.step(format!(
        "{} in chunks of 1 for a draft that takes nothing",
        if gzipped { "gzip" } else { "16 MiB" }
    ));
    let bytes = random(16 * MIB);
    let bytes = if gzipped {
        Bytes::from(gzip(&bytes))
    } else {
        bytes
    };
    let folder = folder(steps);
    let (draft, _allow) = desk(steps, &folder).forgetting().stalling();
    let taken = CallCounter::new();
    let source = cut(&bytes, 1, &taken);
    let mut incoming = incoming(steps, source);
    incoming.gzip = gzipped;
    let limits = limits(16 * MIB);
    let mark = Mark::now();
    let saving =
        tokio::spawn(
            async move { save(incoming, draft, &limits).await },
        );
    until(|| taken.bytes() >= 2 * HIGH).await;
    quiet(|| taken.bytes()).await;
    let (read, peak) = (Size(taken.bytes()), Size(mark.peak()));
    steps.at_most("memory for them", peak, Size(MIB));
    steps.note(format!("{peak} for {read} of single bytes"));
    saving.abort();
    let _ = saving.await;
}

/// A client that pauses: no more than the low mark waits for it,
/// and of a long chunk nothing does.
async fn what_waits(steps: &Steps) {
    let kib = |count: usize| vec![Bytes::from(vec![7; 1024]); count];
    let long =
        |length: u64| vec![Bytes::from(vec![7; length as usize])];
    let few = vec![Bytes::from_static(b"ten bytes.")];
    for (what, all, waits) in [
        ("33 chunks of 1 KiB", kib(33), LOW),
        ("63 chunks of 1 KiB", kib(63), LOW),
        ("200 chunks of 1 KiB", kib(200), LOW),
        ("1,000 chunks of 1 KiB", kib(1000), LOW),
        ("a chunk of 32 KiB", long(LOW), 0),
        ("a chunk of 64 KiB", long(HIGH), 0),
        ("a chunk of 1 MiB", long(MIB), 0),
        ("10 bytes and 64 KiB", [few, long(HIGH)].concat(), LOW),
    ] {
        steps.step(format!("{what}, and a client that pauses"));
        let length: usize = all.iter().map(Bytes::len).sum();
        let least = (length as u64).saturating_sub(waits);
        let folder = folder(steps);
        let draft = desk(steps, &folder).forgetting();
        let written = draft.written.clone();
        let source = stream::iter(all).map(Ok);
        let source = source.chain(stream::once(pending()));
        let incoming = incoming(steps, source.boxed());
        let limits = limits(2 * MIB);
        let saving = tokio::spawn(async move {
            save(incoming, draft, &limits).await
        });
        until(|| written.bytes() >= least).await;
        let bytes = Size(written.bytes());
        let least = Size(least);
        steps.at_least("bytes that were written", bytes, least);
        saving.abort();
        let _ = saving.await;
    }
}

/// Long chunks are neither copied nor split nor joined.
async fn as_they_are(steps: &Steps) {
    let lengths = [LOW, HIGH, LOW + 1, 256 * KIB, LOW, 100_000];
    let all = lengths.map(random);
    let given = Chunks::default();
    all.iter().for_each(|chunk| given.add(chunk));
    let source = || stream::iter(all.clone()).map(Ok).boxed();

    steps.step("chunks of 32 KiB and more");
    let saved_in = folder(steps);
    let draft = desk(steps, &saved_in);
    let chunks = draft.chunks.clone();
    let incoming = incoming(steps, source());
    let saved = saved(steps, incoming, draft, MIB).await;
    steps.succeeds("save", saved);
    let of = |chunks: &Chunks| -> Vec<usize> {
        chunks.all().iter().map(|(_, length)| *length).collect()
    };
    let what = "lengths of the writes";
    steps.equal(what, &of(&chunks), &of(&given));

    // Whose stages copy is not the question here.
    let folder = folder(steps);
    let draft = desk(steps, &folder);
    let without = draft.chunks.clone();
    let stages = vec![
        Stage::new(ByteLimit::new(MIB)),
        Stage::new(Sha256::new().0),
    ];
    let marks = Watermarks::new(LOW as usize, HIGH as usize);
    let piped = pipeline(source(), stages, draft, marks);
    let piped = ended(steps, "a pipeline", piped).await;
    steps.succeeds("a pipeline", piped.map(|_| ()));
    let copied = |chunks: &Chunks| {
        let pairs = chunks.all().into_iter().zip(given.all());
        pairs.filter(|(one, other)| one.0 != other.0).count()
    };
    let what = "chunks that `save` copied";
    let most = copied(&without);
    steps.at_most(what, copied(&chunks), most);
}
