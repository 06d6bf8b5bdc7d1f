//! Checks that a body gives its range, whatever its place and size.

use std::io::{Seek, SeekFrom};
use std::ops::Range;

use backpressure::CHUNK;
use http_body::Body;
use lab::Steps;
use lab::payload::Payload;
use lab::size::MIB;

use crate::MARK;
use crate::ahead::counted;
use crate::body::{WAYS, Way, chunk, next, rest};
use crate::disk::Disk;

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
