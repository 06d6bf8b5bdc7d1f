//! Checks of how far an export is ahead of its client, and of what
//! it holds meanwhile.

use exports::{BATCH, Ndjson, Row, Value, feed_rows, rows_to_body};
use lab::memory::Mark;
use lab::size::{KIB, MIB};
use lab::{Size, Steps};
use watermark::{Watermarks, queue};

use tokio::task::yield_now;
use tokio::time::sleep;

use crate::rows::{
    AGES, AHEAD, HIGH, LARGE, ROW, WIDE, chunk, marks, next,
};
use crate::script::{Counts, Plain, Script, Waits, small, two};
use crate::wait::{ended, quiet, until};

/// The marks are those that were given: at the high one the scan
/// stops, and it goes on at the low one.
async fn these_marks(steps: &Steps, low: u64, high: u64) {
    let (low_size, high_size) = (Size(low), Size(high));
    steps.step(format!("marks of {low_size} and {high_size}"));
    let (cursor, counts) = Script::of(100_000, small);
    let marks = Watermarks::new(low as usize, high as usize);
    let mut body = rows_to_body(cursor, Box::new(Ndjson), marks);
    until(|| counts.pulled() >= high / WIDE).await;
    quiet(|| counts.pulled()).await;
    let full = counts.pulled();
    steps.at_least("rows up to the mark", full, high / WIDE);
    let most = (high + 2 * BATCH as u64) / ROW;
    steps.at_most("rows that were read for it", full, most);
    let mut left = 0;
    // Chunks have a row more than a batch, at most.
    while high - left > low + 2 * (BATCH as u64 + WIDE) {
        left += chunk(steps, &mut body).await.len() as u64;
    }
    quiet(|| counts.pulled()).await;
    let more = counts.pulled() - full;
    steps.equal("rows that are read above the low mark", &more, &0);
    while left < high - low + 2 * BATCH as u64 {
        left += chunk(steps, &mut body).await.len() as u64;
    }
    until(|| counts.pulled() > full).await;
    let more = counts.pulled() - full;
    steps.at_least("rows that are read at the low mark", more, 1);
}

/// High-water marks below the size of a batch hold as well: when the
/// cursor has to wait, the rows before it leave as a chunk of their
/// own. Where it becomes fast below a batch, a queue of a batch takes
/// two of them.
async fn small_marks(steps: &Steps) {
    for (high, waits) in [
        (1, u64::MAX),
        (2 * ROW, u64::MAX),
        (BATCH as u64 - 1, u64::MAX),
        (1, BATCH as u64 / WIDE),
        (2 * ROW, BATCH as u64 / WIDE),
    ] {
        let size = Size(high);
        let until_when = match waits {
            u64::MAX => "waits".to_owned(),
            _ => format!("waits before its first {waits} rows"),
        };
        steps.step(format!(
            "a high-water mark of {size}, and a cursor that {until_when}"
        ));
        let (cursor, counts) = Script::of(100_000, small);
        let cursor = cursor.yielding_to(waits);
        let marks = Watermarks::new(0, high as usize);
        let body = rows_to_body(cursor, Box::new(Ndjson), marks);
        until(|| counts.pulled() >= high.div_ceil(WIDE)).await;
        quiet(|| counts.pulled()).await;
        let most = (high + BATCH as u64) / ROW + 2;
        let pulled = counts.pulled();
        steps.at_most("rows that were read for it", pulled, most);
        drop(body);
    }
}

pub async fn stops(steps: Steps) {
    let most = AHEAD / ROW;
    for waits in [
        None,
        Some(Waits::Turns(1)),
        Some(Waits::Turns(2)),
        Some(Waits::Turns(3)),
        Some(Waits::Unevenly),
        Some(Waits::Beside),
    ] {
        steps.step(match waits {
            None => {
                "a client that takes nothing of 100,000 rows".into()
            }
            Some(waits) => format!(
                "the same, and the cursor waits before each row: \
                 {waits:?}"
            ),
        });
        let (cursor, counts) = Script::of(100_000, small);
        let cursor = match waits {
            Some(waits) => cursor.yielding().lasting(waits),
            None => cursor,
        };
        let mark = Mark::now();
        let body = rows_to_body(cursor, Box::new(Ndjson), marks());
        // A busy machine may look idle for a while, so first wait
        // until the rows that must come have come.
        until(|| counts.pulled() >= HIGH / WIDE).await;
        quiet(|| counts.pulled()).await;
        let pulled = counts.pulled();
        steps.at_most("rows that were read for it", pulled, most);
        // Up to the mark: who reads less waits more often.
        steps.at_least("rows up to the mark", pulled, HIGH / WIDE);
        // Chunks that weigh what they hold, or twice as much.
        let peak = Size(mark.peak());
        steps.at_most("memory for them", peak, Size(MIB));
        drop(body);
    }

    these_marks(&steps, HIGH / 2, HIGH).await;
    these_marks(&steps, HIGH, 4 * HIGH).await;
    these_marks(&steps, HIGH / 4, HIGH).await;
    small_marks(&steps).await;

    // Nobody ends this feeder: it has to notice by itself.
    for (chunks, yields) in
        [(0, false), (2, false), (0, true), (2, true)]
    {
        let waits = if yields { "waits" } else { "is fast" };
        steps.step(format!(
            "a consumer that goes after {chunks} chunks, a feeder \
             that nobody aborts, and a cursor that {waits}"
        ));
        let (cursor, counts) = Script::of(100_000, small);
        let cursor = if yields { cursor.yielding() } else { cursor };
        let (producer, mut consumer) = queue(marks());
        let feeding = feed_rows(cursor, Box::new(Ndjson), producer);
        let feeding = tokio::spawn(feeding);
        for _ in 0..chunks {
            let chunk = ended(&steps, "a pop", consumer.pop()).await;
            steps.succeeds("a chunk", chunk);
        }
        drop(consumer);
        let end = ended(&steps, "the feeder", feeding).await;
        steps.succeeds("the feeder", end);
        let pulled = counts.pulled();
        // What it had pushed and a batch, and not all of them.
        steps.at_most("rows that were read", pulled, 3 * most);
    }
}

/// How many turns an export gets to come to rest, and then to
/// show that it rests.
const TURNS: usize = 1000;

/// Nothing happens: how often does it look all the same?
async fn rests(steps: &Steps, counts: &Counts) {
    for _ in 0..TURNS {
        yield_now().await;
    }
    let before = counts.polls();
    for _ in 0..TURNS {
        yield_now().await;
    }
    let looked = counts.polls() - before;
    steps.equal("looks while nothing happens", &looked, &0);
    // On the paused clock: if somebody sets a timer, it runs out.
    sleep(AGES).await;
    let looked = counts.polls() - before;
    steps.equal("looks in an hour of nothing", &looked, &0);
}

pub async fn resting(steps: Steps) {
    for waits_at in [0, 1, 300] {
        steps.step(format!(
            "a cursor that waits for an hour after {waits_at} rows"
        ));
        let (cursor, counts) = Script::of(400, small);
        let (cursor, opener) = cursor.waiting_at(waits_at);
        let (producer, mut consumer) = queue(marks());
        let format = Box::new(Ndjson);
        let feeding = feed_rows(cursor, format, producer);
        let watched = counts.clone();
        let feeding = tokio::spawn(async move {
            watched.counted(feeding).await;
        });
        rests(&steps, &counts).await;
        opener.open();
        let mut bytes = 0;
        loop {
            let chunk = ended(&steps, "a pop", consumer.pop()).await;
            match steps.succeeds("a chunk", chunk) {
                Some(chunk) => bytes += chunk.len(),
                None => break,
            }
        }
        steps.holds("it goes on afterwards", bytes > 0);
        let end = ended(&steps, "the feeder", feeding).await;
        steps.succeeds("the feeder", end);
    }
    for yields in [false, true] {
        steps.step("a client that takes nothing for an hour");
        let (cursor, counts) = Script::of(100_000, small);
        let cursor = if yields { cursor.yielding() } else { cursor };
        let (producer, consumer) = queue(marks());
        let format = Box::new(Ndjson);
        let feeding = feed_rows(cursor, format, producer);
        let watched = counts.clone();
        let feeding = tokio::spawn(async move {
            watched.counted(feeding).await;
        });
        if yields {
            // Each row takes a turn of its own.
            quiet(|| counts.pulled()).await;
        }
        rests(&steps, &counts).await;
        drop(consumer);
        let end = ended(&steps, "the feeder", feeding).await;
        steps.succeeds("the feeder", end);
    }
    steps.step("the same through `rows_to_body`");
    let (cursor, counts) = Script::of(400, small);
    let (cursor, _opener) = cursor.waiting_at(5);
    let _body = rows_to_body(cursor, Box::new(Ndjson), marks());
    rests(&steps, &counts).await;
}

fn large(number: u64) -> Row {
    let id = Value::Integer(number as i64);
    two(id, Value::Blob(vec![7; LARGE]))
}

/// 1,000 rows of 1 MiB: a thousand is a small number, and they
/// are a gigabyte.
pub async fn large_rows(steps: Steps) {
    steps.step("1,000 rows of 1 MiB for a client that stalls");
    let (cursor, counts) = Script::of(1000, large);
    let mark = Mark::now();
    let mut body = rows_to_body(cursor, Box::new(Plain), marks());
    quiet(|| counts.pulled()).await;
    let pulled = counts.pulled();
    // It alone is more than the mark.
    steps.at_most("rows that were read ahead", pulled, 1);
    steps.step("take 100 of them");
    let (mut bytes, wanted) = (0, 100 * LARGE);
    while bytes < wanted {
        bytes += chunk(&steps, &mut body).await.len();
    }
    let peak = mark.peak();
    steps.at_most("peak memory", Size(peak), Size(12 * MIB));
    steps.note(format!("peak {}", Size(peak)));
}

fn wide_row(number: u64) -> Row {
    let id = Value::Integer(number as i64);
    two(id, Value::Blob(vec![7; 16 * KIB as usize]))
}

/// As tall as the table is what an export must not be.
pub async fn never_whole(steps: Steps) {
    let total = 200 * MIB;
    let rows = total / (16 * KIB);
    steps.step("an export of 200 MiB, in rows of 16 KiB");
    let (cursor, _) = Script::of(rows, wide_row);
    let mark = Mark::now();
    let mut body = rows_to_body(cursor, Box::new(Plain), marks());
    let mut bytes = 0;
    while let Some(chunk) = next(&steps, &mut body).await {
        bytes += steps.succeeds("a chunk", chunk).len() as u64;
    }
    let peak = mark.peak();
    // The brackets.
    steps.equal("bytes", &Size(bytes), &Size(total + 2));
    steps.at_most("peak memory", Size(peak), Size(2 * MIB));
    steps.note(format!("peak {} for 200 MiB", Size(peak)));
}
