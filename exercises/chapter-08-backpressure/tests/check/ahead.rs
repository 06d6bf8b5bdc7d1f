//! Checks of how far a reader is ahead. Bytes are counted at the
//! source.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use backpressure::{CHUNK, FileBody};
use bytes::Bytes;
use http_body_util::BodyExt;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::work::CallCounter;
use lab::{Size, Steps};
use lab_net::gate::BlockingGate;
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::body::{
    WAYS, Way, chunk, next, quiet, rest, settled, until,
};
use crate::disk::Disk;
use crate::pace::Taker;
use crate::{AHEAD, MARK, PATIENCE};

/// Tasks that one body may start: a reader, and two to spare.
const TASKS: usize = 3;

/// What may be read ahead at this mark: it less a byte, and one
/// chunk. With a mark of 0, one chunk at a time.
pub const fn bound(mark: usize) -> u64 {
    (mark.saturating_sub(1) + CHUNK) as u64
}

pub async fn stalled(steps: Steps) {
    for way in WAYS {
        stalls(&steps, way).await;
        small(&steps, way).await;
    }
}

/// A small file, or a small part of one, is bounded like a large
/// one. The bodies of one length wait at the same time; all of them
/// at once would need a hundred threads of the pool.
async fn small(steps: &Steps, way: Way) {
    let chunk = CHUNK as u64;
    let lengths = [2, 3, 4, 5, 6, 8, 12].map(|chunks| chunks * chunk);
    let odd = [chunk + 1, 100_000, 2 * chunk - 1, 300_001];
    steps.step(format!(
        "{way}: bodies of 64 KiB to 768 KiB; take nothing at all"
    ));
    for length in lengths.into_iter().chain(odd) {
        let all = CallCounter::new();
        let mut bodies = Vec::new();
        // The whole file, and a part of a large one.
        for (file, begin) in [(length, 0), (8 * MIB, 1_000_000)] {
            for mark in [0, 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
                let (work, count) = (CallCounter::new(), all.clone());
                let own = work.clone();
                let payload = Payload::new(file);
                let source = Disk::new(payload, move |source| {
                    source.counted_by(&own)
                });
                let source = source.watched_by(&count);
                let range = begin..begin + length;
                let body = way.body(source, range.clone(), mark);
                bodies.push((body, work, range, mark));
            }
        }
        settled(&all).await;
        for (_, work, range, mark) in &bodies {
            let bytes = Size(work.bytes());
            let what = format!(
                "bytes read of {range:?} with a mark of {mark}"
            );
            steps.at_most(what, bytes, Size(bound(*mark)));
        }
    }
}

async fn stalls(steps: &Steps, way: Way) {
    let payload = Payload::new(8 * MIB);
    let mut said = Vec::new();
    for mark in [0, 1, CHUNK, CHUNK + 1, MARK] {
        steps.step(format!(
            "{way}, a mark of {mark}; take nothing at all"
        ));
        let (mut body, work) = counted(way, payload, mark);
        settled(&work).await;
        let ahead = work.bytes();
        let most = Size(bound(mark));
        steps.at_most("bytes read", Size(ahead), most);
        steps.step("take one chunk, and nothing more");
        let taken = chunk(steps, &mut body).await.len() as u64;
        settled(&work).await;
        let ahead = ahead.max(work.bytes() - taken);
        steps.at_most("bytes ahead", Size(ahead), most);
        said.push(format!("{} at {mark} bytes", Size(ahead)));
    }
    if way == Way::Queued {
        steps.note(format!("ahead: {}", said.join(", ")));
    }

    for (mark, read) in [
        (0, 1000),
        (0, 60_000),
        (1, 1000),
        (3000, 1000),
        (CHUNK + 1, 1000),
        (100_000, 60_000),
    ] {
        to_the_byte(steps, way, mark, read).await;
    }

    // Whatever is before a range is sought past, and never read.
    for mark in [0, MARK] {
        let part = 4 * MIB + 1..payload.length();
        steps.step(format!(
            "{way}: read bytes {part:?} with a mark of {mark}; take \
             nothing"
        ));
        let work = CallCounter::new();
        let count = work.clone();
        let source =
            Disk::new(payload, move |source| source.counted_by(&count));
        let _body = way.body(source, part, mark);
        settled(&work).await;
        let most = Size(bound(mark));
        steps.at_most("bytes read", Size(work.bytes()), most);
    }
}

/// With short reads, a chunk is as long as a read or the longest
/// that comes, and so the bound is known to the byte.
async fn to_the_byte(
    steps: &Steps,
    way: Way,
    mark: usize,
    read: usize,
) {
    let payload = Payload::new(8 * MIB);
    steps.step(format!(
        "{way}, a disk that gives {read} bytes a read, a mark of {mark}; take \
         nothing"
    ));
    let (mut body, work) = counted_disk(way, payload, mark, read);
    settled(&work).await;
    let ahead = work.bytes();
    let (mut taken, mut longest) = (0, read);
    while taken < ahead {
        let length = chunk(steps, &mut body).await.len();
        taken += length as u64;
        longest = longest.max(length);
    }
    let most = (mark.saturating_sub(1) + longest) as u64;
    steps.at_most("bytes read", Size(ahead), Size(most));
}

pub async fn slow(steps: Steps) {
    for way in WAYS {
        slowly(&steps, way).await;
    }
}

async fn slowly(steps: &Steps, way: Way) {
    let payload = Payload::new(16 * MIB);
    steps.step(format!(
        "{way}: make a body of 16 MiB, with a mark of 256 KiB"
    ));
    let (mut body, work) = counted(way, payload, MARK);
    let (mut taken, mut most) = (0, 0);
    for count in 0..8 {
        steps.step(format!("take nothing after {count} chunks"));
        settled(&work).await;
        let ahead = work.bytes() - taken;
        most = most.max(ahead);
        steps.at_most("bytes ahead", Size(ahead), Size(AHEAD));
        taken += chunk(steps, &mut body).await.len() as u64;
    }
    if way == Way::Queued {
        steps.note(format!("at most {} ahead", Size(most)));
    }

    // A small file, and the tail of a large one, are bounded too.
    let payload = Payload::new(768 * KIB + 7);
    steps.step(format!(
        "{way}: a body of 768 KiB, with a mark of 0, to its end"
    ));
    let (mut body, work) = counted(way, payload, 0);
    let (mut taken, mut fresh) = (0, CHUNK as u64);
    while taken < payload.length() {
        if fresh >= CHUNK as u64 {
            settled(&work).await;
            fresh = 0;
        }
        let ahead = work.bytes() - taken;
        steps.at_most("bytes ahead", Size(ahead), Size(bound(0)));
        let length = chunk(steps, &mut body).await.len() as u64;
        taken += length;
        fresh += length;
    }
}

pub async fn first_chunk(steps: Steps) {
    for way in WAYS {
        first_of(&steps, way).await;
    }
}

async fn first_of(steps: &Steps, way: Way) {
    // One chunk and no more can be read before the gate opens.
    let payload = Payload::new(MIB);
    let gate = BlockingGate::with_patience(Duration::from_secs(600));
    let source = Disk::new(payload, |source| source)
        .closed_from(CHUNK as u64, &gate);
    steps.step(format!(
        "{way}: make a body whose second chunk cannot be read yet"
    ));
    let whole = 0..payload.length();
    let mut body = way.body(source, whole, MARK);
    steps.step("take the first chunk");
    let first = timeout(PATIENCE, body.frame()).await;
    let came = matches!(first, Ok(Some(Ok(_))));
    // Before any expectation, or the reader waits on.
    gate.open();
    steps.holds("the first chunk comes before the rest", came);
}

pub async fn one_after_another(steps: Steps) {
    for way in WAYS {
        in_one_task(&steps, way).await;
    }
}

async fn in_one_task(steps: &Steps, way: Way) {
    let payload = Payload::new(16 * MIB);
    let alive = || Handle::current().metrics().num_alive_tasks();
    let before = alive();
    steps.step(format!(
        "{way}: make a body of 256 chunks, and take nothing"
    ));
    let (mut body, work) = counted(way, payload, MARK);
    settled(&work).await;
    let tasks = alive().saturating_sub(before);
    steps.at_most("tasks of one body", tasks, TASKS);
    steps.at_most("bytes read", Size(work.bytes()), Size(AHEAD));
    steps.step("take every chunk");
    let mut verifier = payload.verifier();
    rest(steps, &mut body, &mut verifier).await;
    steps.succeeds("the bytes in order", verifier.finish());
}

/// A chunk may be a view of a larger block. It must weigh at least
/// half of what it keeps alive.
pub async fn short_reads(steps: Steps) {
    for way in WAYS {
        short(&steps, way).await;
        ends(&steps, way).await;
        for read in SHORT {
            each_alone(&steps, way, read).await;
        }
        for read in [20_000, 70_000, 90_000, 120_000] {
            long_blocks(&steps, way, read).await;
        }
    }
}

/// How much of a block of 64 KiB a read may fill: below a half of
/// it, around the half, and all of it.
const SHORT: [usize; 9] = [
    usize::MAX,
    40_000,
    32_769,
    32_000,
    28_000,
    24_000,
    18_000,
    9000,
    3000,
];

async fn short(steps: &Steps, way: Way) {
    const LIMIT: u64 = 2 * AHEAD + 256 * KIB;
    let payload = Payload::new(4 * MIB);
    let mut said = Vec::new();
    for read in [1000, 16_000, 17_000] {
        steps.step(format!(
            "{way}, a disk that gives {read} bytes a read; take nothing"
        ));
        let mark = Mark::now();
        let (mut body, work) = counted_disk(way, payload, MARK, read);
        settled(&work).await;
        quiet(|| mark.peak()).await;
        let (bytes, peak) = (Size(work.bytes()), Size(mark.peak()));
        steps.at_most("bytes ahead", bytes, Size(AHEAD));
        steps.at_most("memory", peak, Size(LIMIT));
        said.push(format!("{peak} for {bytes} read"));
        steps.step("take every chunk");
        let mut verifier = payload.verifier();
        rest(steps, &mut body, &mut verifier).await;
        steps.succeeds("the bytes", verifier.finish());
    }
    if way == Way::Queued {
        steps.note(format!("in memory: {}", said.join(", ")));
    }

    steps.step(format!("{way}, a disk that gives one byte a read"));
    let payload = Payload::new(5 * KIB);
    let source = Disk::new(payload, |source| source).short(1);
    let whole = 0..payload.length();
    let mut body = way.body(source, whole, MARK);
    let mut verifier = payload.verifier();
    rest(steps, &mut body, &mut verifier).await;
    steps.succeeds("the bytes", verifier.finish());
}

/// The last chunk of a range may be small, whatever the reads were.
async fn ends(steps: &Steps, way: Way) {
    const BODIES: u64 = 50;
    /// A task, a queue and its few bytes; a block is 64 KiB.
    const EACH: u64 = 8 * KIB;
    let payload = Payload::new(4 * MIB);
    for before in [0, CHUNK as u64] {
        let range = 0..before + 10;
        steps.step(format!(
            "{way}: {BODIES} bodies of bytes {range:?}; keep what \
             comes after the first {before}"
        ));
        let mut last = Vec::new();
        let mark = Mark::now();
        for _ in 0..BODIES {
            let source = Disk::new(payload, |source| source);
            let mut body = way.body(source, range.clone(), MARK);
            let mut taken = 0;
            while taken < before {
                taken += chunk(steps, &mut body).await.len() as u64;
            }
            // A reader may keep a block for its next read, and so
            // it is gone before the chunks are weighed.
            while let Some(chunk) = next(steps, &mut body).await {
                last.push(steps.succeeds("a chunk", chunk));
            }
        }
        let kept = || u64::try_from(mark.live()).unwrap_or(0);
        // The last reader may still be dropping its source.
        until(|| kept() <= BODIES * EACH).await;
        let most = Size(BODIES * EACH);
        steps.at_most("memory of their ends", Size(kept()), most);
        drop(last);
    }
}

/// One chunk of four is kept, the shortest: what the others keep
/// alive is gone, and a view of a block holds all of it.
async fn each_alone(steps: &Steps, way: Way, read: usize) {
    /// The list of the chunks, and a task that is still ending.
    const BESIDE: u64 = 256 * KIB;
    let payload = Payload::new(8 * MIB);
    steps.step(format!(
        "{way}, a disk that gives at most {} a read; keep the shortest of \
         every four chunks",
        Size(read.min(CHUNK) as u64)
    ));
    let mark = Mark::now();
    let (mut body, _) = counted_disk(way, payload, MARK, read);
    let (mut kept, mut four) = (Vec::new(), Vec::new());
    while let Some(chunk) = next(steps, &mut body).await {
        four.push(steps.succeeds("a chunk", chunk));
        if four.len() == 4 {
            kept.extend(four.drain(..).min_by_key(Bytes::len));
        }
    }
    drop((body, four));
    let weight: u64 = kept.iter().map(|chunk| chunk.len() as u64).sum();
    let most = 2 * weight + BESIDE;
    let held = || u64::try_from(mark.live()).unwrap_or(0);
    // The reader may still be dropping its source.
    until(|| held() <= most).await;
    steps.at_most("memory of the kept", Size(held()), Size(most));
    drop(kept);
}

/// The same after long chunks. A short read fills little of a block
/// of 64 KiB, and less of one of 256 KiB.
async fn long_blocks(steps: &Steps, way: Way, read: usize) {
    /// The list of the chunks, and a task that is still ending.
    const BESIDE: u64 = 256 * KIB;
    steps.step(format!("{way}: take chunks until one is long"));
    let mark = Mark::now();
    let most = Arc::new(AtomicUsize::new(usize::MAX));
    let mut taker = Taker::equipped(steps, way, MARK, |disk| {
        disk.shortened_by(&most)
    });
    taker.until_long().await;
    steps.step(format!(
        "the disk gives at most {read} bytes a read from now on, and \
         your blocks have grown; keep the shortest of every four chunks"
    ));
    most.store(read, Ordering::Relaxed);
    let (mut kept, mut four) = (Vec::new(), Vec::new());
    for _ in 0..600 {
        four.push(chunk(steps, &mut taker.body).await);
        if four.len() == 4 {
            kept.extend(four.drain(..).min_by_key(Bytes::len));
        }
    }
    drop((taker, four));
    let weight: u64 = kept.iter().map(|chunk| chunk.len() as u64).sum();
    let most = 2 * weight + BESIDE;
    let held = || u64::try_from(mark.live()).unwrap_or(0);
    until(|| held() <= most).await;
    steps.at_most("memory of the kept", Size(held()), Size(most));
    drop(kept);
}

/// A body of the whole payload, and what its source counts.
pub fn counted(
    way: Way,
    payload: Payload,
    mark: usize,
) -> (FileBody, CallCounter) {
    counted_disk(way, payload, mark, usize::MAX)
}

/// The same with at most so many bytes a read.
fn counted_disk(
    way: Way,
    payload: Payload,
    mark: usize,
    short: usize,
) -> (FileBody, CallCounter) {
    let work = CallCounter::new();
    let count = work.clone();
    let source =
        Disk::new(payload, move |source| source.counted_by(&count));
    let source = source.short(short);
    let whole = 0..payload.length();
    (way.body(source, whole, mark), work)
}
