//! Three ways to send a table, and two ways to page through it.
//!
//! ```text
//! cargo run --release -p chapter-12-solution --example exports
//! ```
//!
//! With `-- --write`, it writes `book/measured/exports.json` too. Memory is what the
//! allocator of Rust counted: SQLite's own cache, of 256 KiB a
//! connection, is not in it.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use backpressure::ChunkStream;
use bytes::BytesMut;
use exports::{
    Cursor, Database, ExportError, Format, JsonArray, Row, TableCursor,
    rows_to_body,
};
use futures_util::{StreamExt, stream};
use lab::folder::Folder;
use lab::memory::Mark;
use lab::size::KIB;
use rusqlite::Connection;
use watermark::Watermarks;

const ROWS: u64 = 300_000;
/// Rows of a page, and how many of those that were shown somebody
/// deletes before the next one.
const PAGE: u64 = 1000;
const DELETED: u64 = 10;
const PAGES: u64 = 20;
const PATIENCE: Duration = Duration::from_secs(5);

type Failure = Box<dyn Error + Send + Sync>;

/// Counts the rows on their way.
struct Counted {
    cursor: TableCursor,
    rows: Arc<AtomicU64>,
}

impl Cursor for Counted {
    async fn next(&mut self) -> Result<Option<Row>, ExportError> {
        self.rows.fetch_add(1, Relaxed);
        self.cursor.next().await
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = Folder::new()?;
    let file = folder.path().join("items.db");
    fill(&file, ROWS)?;
    let database = Database::open(&file, 1, PATIENCE)?;
    let mut text = String::from("{\n");
    for way in ["whole", "each", "batched"] {
        let rows = Arc::new(AtomicU64::new(0));
        let cursor = Counted {
            cursor: database.table("items").await?,
            rows: Arc::clone(&rows),
        };
        let mark = Mark::now();
        let started = Instant::now();
        let mut body = match way {
            "whole" => whole(cursor),
            "each" => each(cursor),
            _ => batched(cursor),
        };
        let (mut bytes, mut chunks, mut before) = (0, 0, 0);
        while let Some(chunk) = body.next().await {
            if chunks == 0 {
                before = rows.load(Relaxed);
            }
            bytes += chunk?.len();
            chunks += 1;
        }
        let (peak, took) = (mark.peak() / KIB, started.elapsed());
        println!(
            "{way:>8}: {bytes} bytes, {chunks} chunks, {peak} KiB, \
             {before} rows before the first, {took:.1?}"
        );
        text += &format!(
            "  \"{way}\": {{ \"chunks\": {chunks}, \"peak_kib\": \
             {peak}, \"rows_before\": {before} }},\n"
        );
    }
    let (missed, steps) = by_offset(&folder.path().join("pages.db"))?;
    println!("by offset: {missed} rows missed, {steps} rows stepped");
    text += &format!(
        "  \"offset\": {{ \"shown\": {}, \"missed\": {missed}, \
         \"deleted\": {} }},\n  \"command\": \"cargo run --release -p \
         chapter-12-solution --example exports\"\n}}\n",
        PAGE * PAGES - missed,
        DELETED * (PAGES - 1),
    );
    if std::env::args().any(|word| word == "--write") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../book/measured/exports.json");
        fs::write(path, text)?;
    }
    Ok(())
}

/// All rows, and then all of the text, in one chunk.
fn whole(mut cursor: impl Cursor) -> ChunkStream {
    let all = async move {
        let mut rows = Vec::new();
        while let Some(row) = cursor.next().await? {
            rows.push(row);
        }
        let mut format = JsonArray::default();
        let mut text = BytesMut::new();
        format.start(&mut text);
        rows.iter().for_each(|row| format.row(row, &mut text));
        format.end(&mut text);
        Ok(text.freeze())
    };
    stream::once(all).boxed()
}

/// A row a chunk.
fn each(cursor: impl Cursor) -> ChunkStream {
    let state = (cursor, JsonArray::default());
    stream::try_unfold(state, |(mut cursor, mut format)| async move {
        let Some(row) = cursor.next().await? else {
            return Ok(None);
        };
        let mut text = BytesMut::new();
        format.row(&row, &mut text);
        Ok(Some((text.freeze(), (cursor, format))))
    })
    .boxed()
}

fn batched(cursor: impl Cursor) -> ChunkStream {
    let marks = Watermarks::new(32 * 1024, 64 * 1024);
    rows_to_body(cursor, Box::new(JsonArray::default()), marks)
}

/// Shows every page, while somebody deletes rows that were shown.
/// Gives how many rows nobody saw, and how many SQLite stepped
/// over to find the pages.
fn by_offset(file: &Path) -> Result<(u64, u64), Failure> {
    fill(file, PAGE * PAGES)?;
    let connection = Connection::open(file)?;
    let (mut shown, mut steps) = (0, 0);
    for page in 0..PAGES {
        let offset = page * PAGE;
        let mut query = connection.prepare(
            "SELECT id FROM items ORDER BY id LIMIT ?1 OFFSET ?2",
        )?;
        let mut rows = query.query([PAGE as i64, offset as i64])?;
        while rows.next()?.is_some() {
            shown += 1;
        }
        steps += offset + PAGE;
        connection.execute(
            "DELETE FROM items WHERE id IN (SELECT id FROM items
             ORDER BY id LIMIT ?1)",
            [DELETED as i64],
        )?;
    }
    // Each row was there until it had been shown.
    Ok((PAGE * PAGES - shown, steps))
}

/// A table `items` of so many rows, about 100 bytes each.
fn fill(file: &Path, rows: u64) -> Result<(), Failure> {
    let connection = Connection::open(file)?;
    connection.execute_batch(&format!(
        "CREATE TABLE items (id INTEGER PRIMARY KEY, note TEXT);
         INSERT INTO items WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL
         SELECT v + 1 FROM n WHERE v < {rows})
         SELECT v, format('%080d', v) FROM n"
    ))?;
    Ok(())
}
