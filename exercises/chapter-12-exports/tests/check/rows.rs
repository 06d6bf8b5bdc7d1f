//! Checks of the way from rows to chunks.

use backpressure::ChunkStream;
use bytes::Bytes;
use exports::{
    BATCH, ExportError, Format, JsonArray, Ndjson, Row, Value,
    rows_to_body,
};
use futures_util::StreamExt;
use lab::Steps;
use lab::drops::DropCounter;
use lab::size::{KIB, MIB};
use watermark::Watermarks;

use tokio::time::Duration;

use crate::script::{Plain, Script, small, two};
use crate::wait::{ended, quiet, until};

/// On the paused clock: longer than anybody's patience.
pub const AGES: Duration = Duration::from_secs(60 * 60);
/// The marks of these checks.
pub const HIGH: u64 = 64 * KIB;
/// No more bytes of rows than these are on their way: the mark,
/// a batch that is sent and one that is made.
pub const AHEAD: u64 = HIGH + 2 * BATCH as u64;
/// What a small row has at least, in bytes.
pub const ROW: u64 = 80;
/// A row that is no longer small: 1 MiB.
pub const LARGE: usize = MIB as usize;
/// What a small row has at most, in NDJSON.
pub const WIDE: u64 = 120;

pub fn marks() -> Watermarks {
    Watermarks::new(HIGH as usize / 2, HIGH as usize)
}

/// The next chunk, or the error in its place.
pub async fn next(
    steps: &Steps,
    frames: &mut ChunkStream,
) -> Option<Result<Bytes, backpressure::BoxError>> {
    ended(steps, "the wait for a chunk", frames.next()).await
}

/// The next chunk, which must be there.
pub async fn chunk(steps: &Steps, frames: &mut ChunkStream) -> Bytes {
    match next(steps, frames).await {
        Some(chunk) => steps.succeeds("a chunk", chunk),
        None => steps.fail("a chunk", "the end of the body"),
    }
}

pub async fn first_bytes(steps: Steps) {
    let (cursor, counts) = Script::of(100_000, small);
    steps.step("a table of 100,000 rows; take the first chunk");
    let body = Box::new(JsonArray::default());
    let mut body = rows_to_body(cursor, body, marks());
    let first = chunk(&steps, &mut body).await;
    let pulled = counts.pulled();
    steps.holds("it has bytes", !first.is_empty());
    // One more full queue: the feeder goes on meanwhile.
    let most = 2 * AHEAD / ROW;
    steps.at_most("rows that were read until then", pulled, most);
    steps.note(format!("{pulled} rows read at the first chunk"));
}

/// Ready rows leave in chunks of 8 KiB and more; rows that are
/// there when the cursor waits leave at once.
pub async fn batches(steps: Steps) {
    steps.step("10,000 small rows that are ready");
    let (cursor, counts) = Script::of(10_000, small);
    let mut body = rows_to_body(cursor, Box::new(Ndjson), marks());
    let mut sizes = Vec::new();
    while let Some(chunk) = next(&steps, &mut body).await {
        let chunk = steps.succeeds("a chunk", chunk);
        whole_rows(&steps, &chunk);
        sizes.push(chunk.len());
    }
    steps.equal("calls after the last row", &counts.late(), &0);
    let last = sizes.pop();
    steps.holds("there is a chunk", last.is_some());
    steps.holds("there are several", !sizes.is_empty());
    at_least_batches(&steps, &sizes);
    let most = sizes.iter().copied().max().unwrap_or(0);
    // The row that makes it full is whole.
    steps.at_most("bytes of a chunk", most, BATCH + 2 * ROW as usize);
    exactly_full(&steps).await;
    opening(&steps).await;
    beginning_and_end(&steps).await;
    long_rows(&steps).await;
    small_and_long(&steps).await;
    tiny_rows(&steps).await;
    empty_rows(&steps).await;
    every_row(&steps).await;

    for waits_at in [1, 3, 300] {
        steps.step(format!(
            "{waits_at} rows, and then a cursor that waits"
        ));
        let (cursor, _) = Script::of(400, small);
        let (cursor, opener) = cursor.waiting_at(waits_at);
        let mut body = rows_to_body(cursor, Box::new(Ndjson), marks());
        let mut lines = 0;
        while lines < waits_at {
            let chunk = chunk(&steps, &mut body).await;
            let ends = chunk.iter().filter(|byte| **byte == b'\n');
            lines += ends.count() as u64;
        }
        steps.equal("rows that came", &lines, &waits_at);
        opener.open();
        while let Some(chunk) = next(&steps, &mut body).await {
            let chunk = steps.succeeds("a chunk", chunk);
            let ends = chunk.iter().filter(|byte| **byte == b'\n');
            lines += ends.count() as u64;
        }
        steps.equal("rows in all", &lines, &400);
    }
}

/// These are all but the last: nothing let them leave earlier.
fn at_least_batches(steps: &Steps, sizes: &[usize]) {
    let least = sizes.iter().copied().min().unwrap_or(BATCH);
    steps.at_least("bytes of each chunk but the last", least, BATCH);
}

/// The lengths of all chunks of a body whose rows are ready.
async fn lengths(
    steps: &Steps,
    rows: u64,
    make: fn(u64) -> Row,
    format: Box<dyn Format>,
) -> Vec<usize> {
    let (cursor, _) = Script::of(rows, make);
    let mut body = rows_to_body(cursor, format, marks());
    let mut lengths = Vec::new();
    while let Some(chunk) = next(steps, &mut body).await {
        lengths.push(steps.succeeds("a chunk", chunk).len());
    }
    lengths
}

/// What a format begins with goes along with the rows, and what it
/// ends with too.
async fn beginning_and_end(steps: &Steps) {
    for rows in [0, 1, 3, 2000] {
        steps.step(format!(
            "{rows} rows that are ready, and a format with a beginning \
             and an end"
        ));
        for json in [true, false] {
            let format: Box<dyn Format> = if json {
                Box::new(JsonArray::default())
            } else {
                Box::new(Plain)
            };
            let mut sizes = lengths(steps, rows, small, format).await;
            if rows <= 3 {
                steps.equal("chunks", &sizes.len(), &1);
            }
            sizes.pop();
            at_least_batches(steps, &sizes);
        }
    }
}

/// A long row behind short ones goes along with them.
async fn small_and_long(steps: &Steps) {
    let mixed = |number: u64| match number % 4 {
        3 => blob(number, 100_000),
        _ => small(number),
    };
    steps.step("three small rows and a long one, again and again");
    let mut sizes = lengths(steps, 400, mixed, Box::new(Ndjson)).await;
    sizes.pop();
    at_least_batches(steps, &sizes);
}

/// How many rows a batch has doesn't matter.
async fn tiny_rows(steps: &Steps) {
    let tiny = |number: u64| {
        let text = Value::Text("x".to_owned());
        two(Value::Integer(number as i64), text)
    };
    steps.step("100,000 rows of one byte");
    let mut sizes =
        lengths(steps, 100_000, tiny, Box::new(Plain)).await;
    let bytes: usize = sizes.iter().sum();
    // The brackets.
    steps.equal("bytes in all", &bytes, &100_002);
    sizes.pop();
    at_least_batches(steps, &sizes);
    let most = sizes.iter().copied().max().unwrap_or(0);
    steps.at_most("bytes of a chunk", most, BATCH);
}

/// A row without columns is a row, and one without a byte, too.
async fn empty_rows(steps: &Steps) {
    let none = |number: u64| match number % 3 {
        0 => small(number),
        1 => two(Value::Null, Value::Text(String::new())),
        _ => Row {
            names: [].into(),
            values: Vec::new(),
        },
    };
    steps.step("300 rows, and some have no columns");
    let (cursor, _) = Script::of(300, none);
    let mut body = rows_to_body(cursor, Box::new(Ndjson), marks());
    let mut rows = 0;
    while let Some(chunk) = next(steps, &mut body).await {
        let chunk = steps.succeeds("a chunk", chunk);
        rows += chunk.iter().filter(|byte| **byte == b'\n').count();
    }
    steps.equal("rows that came", &rows, &300);
}

/// A row with so many bytes.
fn blob(number: u64, size: usize) -> Row {
    two(Value::Integer(number as i64), Value::Blob(vec![7; size]))
}

/// A chunk of NDJSON ends where a row ends.
fn whole_rows(steps: &Steps, chunk: &[u8]) {
    let split = chunk.last().is_some_and(|last| *last != b'\n');
    steps.holds("every chunk ends where a row ends", !split);
}

/// A row of more than a batch is a chunk, however long it is.
async fn long_rows(steps: &Steps) {
    steps.step("rows of 8 KiB and of 64 KiB, and around it");
    let of = |number: u64| {
        let sizes = [BATCH - 1, BATCH, BATCH + 1, 65_535, 65_536];
        blob(number, sizes[number as usize % 5])
    };
    a_row_a_chunk(steps, 50, of).await;
    steps.step("rows of 100,000 bytes and more, up to 8 MiB");
    let of = |number: u64| {
        let sizes = [100_000, 200_000, 300_000, 600_000, LARGE];
        let huge = [2 * LARGE - 1, 3 * LARGE, 8 * LARGE];
        let all = [&sizes[..], &huge].concat();
        blob(number, all[number as usize % 8])
    };
    a_row_a_chunk(steps, 16, of).await;
}

async fn a_row_a_chunk(steps: &Steps, rows: u64, make: fn(u64) -> Row) {
    let (cursor, _) = Script::of(rows, make);
    let mut body = rows_to_body(cursor, Box::new(Ndjson), marks());
    let mut seen = 0;
    while let Some(chunk) = next(steps, &mut body).await {
        let chunk = steps.succeeds("a chunk", chunk);
        whole_rows(steps, &chunk);
        let ends = chunk.iter().filter(|byte| **byte == b'\n').count();
        steps.at_most(
            "rows of more than a batch, in one chunk",
            ends,
            1,
        );
        seen += ends as u64;
    }
    steps.equal("rows in all", &seen, &rows);
}

/// Rows that a cursor gives one at a time, each after a wait: a
/// wait that is given up takes its row along.
async fn every_row(steps: &Steps) {
    steps.step("1,000 rows, and a cursor that waits before each");
    let (cursor, counts) = Script::of(1000, small);
    let cursor = cursor.yielding();
    let mut body = rows_to_body(cursor, Box::new(Ndjson), marks());
    let (mut rows, mut text) = (0, Vec::new());
    while let Some(chunk) = next(steps, &mut body).await {
        let chunk = steps.succeeds("a chunk", chunk);
        whole_rows(steps, &chunk);
        rows += chunk.iter().filter(|byte| **byte == b'\n').count();
        text.extend_from_slice(&chunk);
    }
    steps.equal("rows that came", &rows, &1000);
    let mut all = bytes::BytesMut::new();
    for number in 0..1000 {
        Ndjson.row(&small(number), &mut all);
    }
    steps.equal_bytes("all of them", &text, &all);
    steps.equal("calls after the last row", &counts.late(), &0);
}

/// Two rows of 4 KiB are a batch, and not one byte is missing.
async fn exactly_full(steps: &Steps) {
    steps.step("rows of 4 KiB: two are a batch");
    let half = |number| {
        let id = Value::Integer(number as i64);
        two(id, Value::Blob(vec![7; BATCH / 2]))
    };
    let (cursor, _) = Script::of(20, half);
    let mut body = rows_to_body(cursor, Box::new(Plain), marks());
    let mut most = 0;
    while let Some(chunk) = next(steps, &mut body).await {
        most = most.max(steps.succeeds("a chunk", chunk).len());
    }
    // A bracket stands in front of the first, or behind the last.
    steps.at_most("bytes of a chunk", most, BATCH + 1);
}

/// What a format begins with is there before the first row.
async fn opening(steps: &Steps) {
    steps.step("a cursor that waits before its first row");
    let (cursor, _) = Script::of(1, small);
    let (cursor, _opener) = cursor.waiting_at(0);
    let mut body = rows_to_body(cursor, Box::new(Plain), marks());
    let first = chunk(steps, &mut body).await;
    steps.equal_bytes("the first chunk", &first, b"[");
}

pub async fn failed_row(steps: Steps) {
    for fails_at in [0, 1, 2, 500] {
        steps.step(format!("a cursor that fails at row {fails_at}"));
        for json in [true, false] {
            let (cursor, counts) = Script::of(1000, small);
            let cursor = cursor.failing_at(fails_at);
            let format: Box<dyn Format> = if json {
                Box::new(JsonArray::default())
            } else {
                Box::new(Ndjson)
            };
            let mut body = rows_to_body(cursor, format, marks());
            let mut text = Vec::new();
            let error = loop {
                match next(&steps, &mut body).await {
                    Some(Ok(chunk)) => text.extend_from_slice(&chunk),
                    Some(Err(error)) => break error,
                    None => steps.fail(
                        "a body that fails",
                        "a body that ends as if it were whole",
                    ),
                }
            };
            let seen = match error.downcast_ref::<ExportError>() {
                Some(ExportError::Row(what)) => what.clone(),
                _ => steps.fail("the cursor's error", error),
            };
            let expected = format!("row {fails_at} is broken");
            let what = "the error is the cursor's";
            steps.equal(what, &seen, &expected);
            let closed = text.trim_ascii_end().ends_with(b"]");
            steps.holds("the array is not closed", !closed);
            steps.equal("calls after the error", &counts.late(), &0);
            let pulled = counts.pulled();
            steps.equal("rows that were read", &pulled, &fails_at);
        }
    }
}

/// Wherever the client leaves: at once, in the middle of a full
/// queue, or while the database takes its time.
pub async fn released(steps: Steps) {
    for (chunks, waits_at) in
        [(0, u64::MAX), (3, u64::MAX), (0, 0), (1, 5)]
    {
        steps.step(format!("take {chunks} chunks, and leave"));
        let drops = DropCounter::new();
        let (cursor, counts) = Script::of(100_000, small);
        let cursor = cursor.guarded_by(&drops);
        let (cursor, _opener) = cursor.waiting_at(waits_at);
        let mut body = rows_to_body(cursor, Box::new(Ndjson), marks());
        for _ in 0..chunks {
            chunk(&steps, &mut body).await;
        }
        quiet(|| counts.pulled()).await;
        drop(body);
        let gone = until(|| drops.alive() == 0).await;
        steps.holds("the cursor is released", gone);
        let pulled = counts.pulled();
        quiet(|| counts.pulled()).await;
        let more = counts.pulled() - pulled;
        steps.equal("rows that are read after it", &more, &0);
    }
    steps.step("take every row, and leave");
    let drops = DropCounter::new();
    let (cursor, _) = Script::of(1000, small);
    let cursor = cursor.guarded_by(&drops);
    let mut body = rows_to_body(cursor, Box::new(Ndjson), marks());
    while let Some(chunk) = next(&steps, &mut body).await {
        steps.succeeds("a chunk", chunk);
    }
    drop(body);
    let gone = until(|| drops.alive() == 0).await;
    steps.holds("the cursor is released", gone);
}
