//! Checks of what comes out: every byte, once, in order, and then
//! the right end.

use backpressure::CHUNK;
use futures_util::FutureExt;
use http_body_util::BodyExt;
use lab::payload::Payload;
use lab::size::MIB;
use lab::{Size, Steps};

use crate::ahead::counted;
use crate::body::{WAYS, Way, next, rest, settled};
use crate::clock::Clock;
use crate::{MARK, PATIENCE};

/// Both ways, with each of three marks.
pub fn ways_and_marks() -> impl Iterator<Item = (Way, usize)> {
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
