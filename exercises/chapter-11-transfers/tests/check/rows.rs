//! Checks of the way from rows to pieces.

use backpressure::Frames;
use bytes::Bytes;
use futures_util::StreamExt;
use lab::drops::Drops;
use lab::memory::Mark;
use lab::size::{KIB, MIB};
use lab::{Size, Steps};
use transfers::{
    BATCH, ExportError, Format, JsonArray, Ndjson, Row, Value,
    feed_rows, rows_to_body,
};
use watermark::{Marks, queue};

use tokio::task::yield_now;
use tokio::time::{Duration, sleep};

use crate::script::{Counts, Plain, Script, Waits, small, two};
use crate::wait::{ended, quiet, until};

/// On the paused clock: longer than anybody's patience.
const AGES: Duration = Duration::from_secs(60 * 60);
/// The marks of these checks.
const HIGH: u64 = 64 * KIB;
/// No more bytes of rows than these are on their way: the mark,
/// a batch that is sent and one that is made.
const AHEAD: u64 = HIGH + 2 * BATCH as u64;
/// What a small row has at least, in bytes.
const ROW: u64 = 80;
/// What it has at most, in NDJSON.
const WIDE: u64 = 120;

fn marks() -> Marks {
    Marks::new(HIGH as usize / 2, HIGH as usize)
}

/// The next piece, or the error in its place.
async fn next(
    steps: &Steps,
    frames: &mut Frames,
) -> Option<Result<Bytes, backpressure::BoxError>> {
    ended(steps, "the wait for a piece", frames.next()).await
}

/// The next piece, which must be there.
async fn piece(steps: &Steps, frames: &mut Frames) -> Bytes {
    match next(steps, frames).await {
        Some(piece) => steps.succeeds("a piece", piece),
        None => steps.fail("a piece", "the end of the body"),
    }
}

pub async fn first_bytes(steps: Steps) {
    let (cursor, counts) = Script::of(100_000, small);
    steps.step("a table of 100,000 rows; take the first piece");
    let body = Box::new(JsonArray::default());
    let mut body = rows_to_body(cursor, body, marks());
    let first = piece(&steps, &mut body).await;
    let pulled = counts.pulled();
    steps.holds("it has bytes", !first.is_empty());
    // One more full queue: the feeder goes on meanwhile.
    let most = 2 * AHEAD / ROW;
    steps.at_most("rows that were read until then", pulled, most);
    steps.note(format!("{pulled} rows read at the first piece"));
}

/// Ready rows leave in pieces of 8 KiB and more; rows that are
/// there when the cursor waits leave at once.
pub async fn batches(steps: Steps) {
    steps.step("10,000 small rows that are ready");
    let (cursor, counts) = Script::of(10_000, small);
    let mut body = rows_to_body(cursor, Box::new(Ndjson), marks());
    let mut sizes = Vec::new();
    while let Some(piece) = next(&steps, &mut body).await {
        let piece = steps.succeeds("a piece", piece);
        whole_rows(&steps, &piece);
        sizes.push(piece.len());
    }
    steps.equal("calls after the last row", &counts.late(), &0);
    let last = sizes.pop();
    steps.holds("there is a piece", last.is_some());
    steps.holds("there are several", !sizes.is_empty());
    at_least_batches(&steps, &sizes);
    let most = sizes.iter().copied().max().unwrap_or(0);
    // The row that makes it full is whole.
    steps.at_most("bytes of a piece", most, BATCH + 2 * ROW as usize);
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
            let piece = piece(&steps, &mut body).await;
            let ends = piece.iter().filter(|byte| **byte == b'\n');
            lines += ends.count() as u64;
        }
        steps.equal("rows that came", &lines, &waits_at);
        opener.open();
        while let Some(piece) = next(&steps, &mut body).await {
            let piece = steps.succeeds("a piece", piece);
            let ends = piece.iter().filter(|byte| **byte == b'\n');
            lines += ends.count() as u64;
        }
        steps.equal("rows in all", &lines, &400);
    }
}

/// These are all but the last: nothing let them leave earlier.
fn at_least_batches(steps: &Steps, sizes: &[usize]) {
    let least = sizes.iter().copied().min().unwrap_or(BATCH);
    steps.at_least("bytes of each piece but the last", least, BATCH);
}

/// The lengths of all pieces of a body whose rows are ready.
async fn lengths(
    steps: &Steps,
    rows: u64,
    make: fn(u64) -> Row,
    format: Box<dyn Format>,
) -> Vec<usize> {
    let (cursor, _) = Script::of(rows, make);
    let mut body = rows_to_body(cursor, format, marks());
    let mut lengths = Vec::new();
    while let Some(piece) = next(steps, &mut body).await {
        lengths.push(steps.succeeds("a piece", piece).len());
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
            let format: Box<dyn Format> = match json {
                true => Box::new(JsonArray::default()),
                false => Box::new(Plain),
            };
            let mut sizes = lengths(steps, rows, small, format).await;
            if rows <= 3 {
                steps.equal("pieces", &sizes.len(), &1);
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
    steps.at_most("bytes of a piece", most, BATCH);
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
    while let Some(piece) = next(steps, &mut body).await {
        let piece = steps.succeeds("a piece", piece);
        rows += piece.iter().filter(|byte| **byte == b'\n').count();
    }
    steps.equal("rows that came", &rows, &300);
}

/// A row with so many bytes.
fn blob(number: u64, size: usize) -> Row {
    two(Value::Integer(number as i64), Value::Blob(vec![7; size]))
}

/// A piece of NDJSON ends where a row ends.
fn whole_rows(steps: &Steps, piece: &[u8]) {
    let split = piece.last().is_some_and(|last| *last != b'\n');
    steps.holds("every piece ends where a row ends", !split);
}

/// A row of more than a batch is a piece, however long it is.
async fn long_rows(steps: &Steps) {
    steps.step("rows of 8 KiB and of 64 KiB, and around it");
    let of = |number: u64| {
        let sizes = [BATCH - 1, BATCH, BATCH + 1, 65_535, 65_536];
        blob(number, sizes[number as usize % 5])
    };
    a_row_a_piece(steps, 50, of).await;
    steps.step("rows of 100,000 bytes and more, up to 8 MiB");
    let of = |number: u64| {
        let sizes = [100_000, 200_000, 300_000, 600_000, LARGE];
        let huge = [2 * LARGE - 1, 3 * LARGE, 8 * LARGE];
        let all = [&sizes[..], &huge].concat();
        blob(number, all[number as usize % 8])
    };
    a_row_a_piece(steps, 16, of).await;
}

async fn a_row_a_piece(steps: &Steps, rows: u64, make: fn(u64) -> Row) {
    let (cursor, _) = Script::of(rows, make);
    let mut body = rows_to_body(cursor, Box::new(Ndjson), marks());
    let mut seen = 0;
    while let Some(piece) = next(steps, &mut body).await {
        let piece = steps.succeeds("a piece", piece);
        whole_rows(steps, &piece);
        let ends = piece.iter().filter(|byte| **byte == b'\n').count();
        steps.at_most(
            "rows of more than a batch, in one piece",
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
    while let Some(piece) = next(steps, &mut body).await {
        let piece = steps.succeeds("a piece", piece);
        whole_rows(steps, &piece);
        rows += piece.iter().filter(|byte| **byte == b'\n').count();
        text.extend_from_slice(&piece);
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
    while let Some(piece) = next(steps, &mut body).await {
        most = most.max(steps.succeeds("a piece", piece).len());
    }
    // A bracket stands in front of the first, or behind the last.
    steps.at_most("bytes of a piece", most, BATCH + 1);
}

/// What a format begins with is there before the first row.
async fn opening(steps: &Steps) {
    steps.step("a cursor that waits before its first row");
    let (cursor, _) = Script::of(1, small);
    let (cursor, _opener) = cursor.waiting_at(0);
    let mut body = rows_to_body(cursor, Box::new(Plain), marks());
    let first = piece(steps, &mut body).await;
    steps.equal_bytes("the first piece", &first, b"[");
}

pub async fn failed_row(steps: Steps) {
    for fails_at in [0, 1, 2, 500] {
        steps.step(format!("a cursor that fails at row {fails_at}"));
        for json in [true, false] {
            let (cursor, counts) = Script::of(1000, small);
            let cursor = cursor.failing_at(fails_at);
            let format: Box<dyn Format> = match json {
                true => Box::new(JsonArray::default()),
                false => Box::new(Ndjson),
            };
            let mut body = rows_to_body(cursor, format, marks());
            let mut text = Vec::new();
            let error = loop {
                match next(&steps, &mut body).await {
                    Some(Ok(piece)) => text.extend_from_slice(&piece),
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
    for (pieces, waits_at) in
        [(0, u64::MAX), (3, u64::MAX), (0, 0), (1, 5)]
    {
        steps.step(format!("take {pieces} pieces, and leave"));
        let drops = Drops::new();
        let (cursor, counts) = Script::of(100_000, small);
        let cursor = cursor.guarded_by(&drops);
        let (cursor, _opener) = cursor.waiting_at(waits_at);
        let mut body = rows_to_body(cursor, Box::new(Ndjson), marks());
        for _ in 0..pieces {
            piece(&steps, &mut body).await;
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
    let drops = Drops::new();
    let (cursor, _) = Script::of(1000, small);
    let cursor = cursor.guarded_by(&drops);
    let mut body = rows_to_body(cursor, Box::new(Ndjson), marks());
    while let Some(piece) = next(&steps, &mut body).await {
        steps.succeeds("a piece", piece);
    }
    drop(body);
    let gone = until(|| drops.alive() == 0).await;
    steps.holds("the cursor is released", gone);
}

/// The marks are those that were given: at the high one the scan
/// stops, and it goes on at the low one.
async fn these_marks(steps: &Steps, low: u64, high: u64) {
    let (low_size, high_size) = (Size(low), Size(high));
    steps.step(format!("marks of {low_size} and {high_size}"));
    let (cursor, counts) = Script::of(100_000, small);
    let marks = Marks::new(low as usize, high as usize);
    let mut body = rows_to_body(cursor, Box::new(Ndjson), marks);
    until(|| counts.pulled() >= high / WIDE).await;
    quiet(|| counts.pulled()).await;
    let full = counts.pulled();
    steps.at_least("rows up to the mark", full, high / WIDE);
    let most = (high + 2 * BATCH as u64) / ROW;
    steps.at_most("rows that were read for it", full, most);
    let mut left = 0;
    // Pieces have a row more than a batch, at most.
    while high - left > low + 2 * (BATCH as u64 + WIDE) {
        left += piece(steps, &mut body).await.len() as u64;
    }
    quiet(|| counts.pulled()).await;
    let more = counts.pulled() - full;
    steps.equal("rows that are read above the low mark", &more, &0);
    while left < high - low + 2 * BATCH as u64 {
        left += piece(steps, &mut body).await.len() as u64;
    }
    until(|| counts.pulled() > full).await;
    let more = counts.pulled() - full;
    steps.at_least("rows that are read at the low mark", more, 1);
}

/// Marks that are less than a batch are obeyed, too: rows that the
/// cursor waits before are chunks of their own. Where it becomes
/// fast below a batch, a queue of a batch takes two of them.
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
            "a high mark of {size}, and a cursor that {until_when}"
        ));
        let (cursor, counts) = Script::of(100_000, small);
        let cursor = cursor.yielding_to(waits);
        let marks = Marks::new(0, high as usize);
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
        // Pieces that weigh what they hold, or twice as much.
        let peak = Size(mark.peak());
        steps.at_most("memory for them", peak, Size(MIB));
        drop(body);
    }

    these_marks(&steps, HIGH / 2, HIGH).await;
    these_marks(&steps, HIGH, 4 * HIGH).await;
    these_marks(&steps, HIGH / 4, HIGH).await;
    small_marks(&steps).await;

    // Nobody ends this feeder: it has to notice by itself.
    for (pieces, yields) in
        [(0, false), (2, false), (0, true), (2, true)]
    {
        let waits = if yields { "waits" } else { "is fast" };
        steps.step(format!(
            "a consumer that goes after {pieces} pieces, a feeder \
             that nobody aborts, and a cursor that {waits}"
        ));
        let (cursor, counts) = Script::of(100_000, small);
        let cursor = match yields {
            true => cursor.yielding(),
            false => cursor,
        };
        let (producer, mut consumer) = queue(marks());
        let feeding = feed_rows(cursor, Box::new(Ndjson), producer);
        let feeding = tokio::spawn(feeding);
        for _ in 0..pieces {
            let piece = ended(&steps, "a pop", consumer.pop()).await;
            steps.succeeds("a piece", piece);
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
            let piece = ended(&steps, "a pop", consumer.pop()).await;
            match steps.succeeds("a piece", piece) {
                Some(piece) => bytes += piece.len(),
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
        let cursor = match yields {
            true => cursor.yielding(),
            false => cursor,
        };
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

const LARGE: usize = MIB as usize;

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
        bytes += piece(&steps, &mut body).await.len();
    }
    let peak = mark.peak();
    steps.at_most("peak memory", Size(peak), Size(12 * MIB));
    steps.note(format!("peak {}", Size(peak)));
}

fn chunk(number: u64) -> Row {
    let id = Value::Integer(number as i64);
    two(id, Value::Blob(vec![7; 16 * KIB as usize]))
}

/// As tall as the table is what an export must not be.
pub async fn never_whole(steps: Steps) {
    let total = 200 * MIB;
    let rows = total / (16 * KIB);
    steps.step("an export of 200 MiB, in rows of 16 KiB");
    let (cursor, _) = Script::of(rows, chunk);
    let mark = Mark::now();
    let mut body = rows_to_body(cursor, Box::new(Plain), marks());
    let mut bytes = 0;
    while let Some(piece) = next(&steps, &mut body).await {
        bytes += steps.succeeds("a piece", piece).len() as u64;
    }
    let peak = mark.peak();
    // The brackets.
    steps.equal("bytes", &Size(bytes), &Size(total + 2));
    steps.at_most("peak memory", Size(peak), Size(2 * MIB));
    steps.note(format!("peak {} for 200 MiB", Size(peak)));
}
