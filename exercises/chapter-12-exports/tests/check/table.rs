//! Checks of the database: its connections, and what it reads.

use std::path::PathBuf;
use std::time::Duration;

use backpressure::ChunkStream;
use exports::{
    Cursor, Database, ExportError, Ndjson, TableCursor, Value,
    rows_to_body,
};
use futures_util::StreamExt;
use futures_util::future::poll_immediate;
use lab::Steps;
use lab::folder::Folder;
use lab_net::gate::BlockingGate;
use rusqlite::Connection;
use tokio::runtime::Builder;
use tokio::task::{spawn_blocking, yield_now};
use watermark::Watermarks;

use crate::PATIENCE;
use crate::wait::ended;

/// How long an export waits for a connection where it should get
/// none.
const SOON: Duration = Duration::from_millis(50);
const ROWS: i64 = 20_000;

/// A folder with a database.
pub struct Stock {
    folder: Folder,
}

impl Stock {
    pub fn new(steps: &Steps) -> Self {
        let folder = steps.succeeds("a folder", Folder::new());
        let stock = Self { folder };
        stock.write(steps, "CREATE TABLE small (a, b)");
        stock
    }

    /// With a table `items` of 20,000 rows, about 2 MiB.
    pub fn full(steps: &Steps) -> Self {
        Self::of(steps, ROWS)
    }

    /// With a table `items` of so many rows.
    pub fn of(steps: &Steps, rows: i64) -> Self {
        let stock = Self::new(steps);
        let text = format!(
            "CREATE TABLE items (id INTEGER PRIMARY KEY, note TEXT);
             INSERT INTO items WITH RECURSIVE n(v) AS (SELECT 1
             UNION ALL SELECT v + 1 FROM n WHERE v < {rows})
             SELECT v, format('%080d', v) FROM n"
        );
        stock.write(steps, &text);
        stock
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("stock.db")
    }

    /// Another program that writes.
    pub fn write(&self, steps: &Steps, text: &str) {
        let written = Connection::open(self.file())
            .and_then(|connection| connection.execute_batch(text));
        steps.succeeds("another program writes", written);
    }

    pub fn open(
        &self,
        steps: &Steps,
        connections: usize,
        patience: Duration,
    ) -> Database {
        let opened =
            Database::open(&self.file(), connections, patience);
        steps.succeeds("open the database", opened)
    }
}

fn body(cursor: TableCursor) -> ChunkStream {
    let marks = Watermarks::new(8 * 1024, 16 * 1024);
    rows_to_body(cursor, Box::new(Ndjson), marks)
}

async fn table(
    steps: &Steps,
    database: &Database,
    name: &str,
) -> TableCursor {
    let cursor = ended(steps, "the query", database.table(name)).await;
    match cursor {
        Ok(cursor) => cursor,
        Err(error) => steps.fail(format!("a cursor of {name}"), error),
    }
}

/// The lines of an export that must come to its end.
async fn lines(steps: &Steps, mut body: ChunkStream) -> usize {
    let mut lines = 0;
    while let Some(chunk) =
        ended(steps, "the wait for a chunk", body.next()).await
    {
        let chunk = steps.succeeds("a chunk", chunk);
        lines += chunk.iter().filter(|byte| **byte == b'\n').count();
    }
    lines
}

pub async fn starved(steps: Steps) {
    let stock = Stock::full(&steps);
    let database = stock.open(&steps, 1, SOON);
    steps.step("one connection, and a client that stalls");
    let mut stalled = body(table(&steps, &database, "items").await);
    let first = ended(&steps, "a chunk", stalled.next()).await;
    steps.holds("its first chunk", matches!(first, Some(Ok(_))));
    steps.step("another client asks, and is told to come again");
    let waits = database.table("items");
    let refused = ended(&steps, "the wait for it", waits).await;
    let busy = matches!(refused, Err(ExportError::Busy));
    steps.holds("the other is told that it is busy", busy);
    steps.step("the first one leaves; the other one asks again");
    drop(stalled);
    let freed = async {
        loop {
            match database.table("items").await {
                Err(ExportError::Busy) => {}
                other => break other,
            }
        }
    };
    let next = ended(&steps, "the connection's way back", freed).await;
    let next = match next {
        Ok(next) => next,
        Err(error) => steps.fail("a cursor", error),
    };
    let all = lines(&steps, body(next)).await;
    steps.equal("its rows", &all, &(ROWS as usize));
    steps.step("a client that leaves while the query is under way");
    for _ in 0..20 {
        let query = database.table("items");
        let _ = tokio::time::timeout(Duration::ZERO, query).await;
    }
    let database = stock.open(&steps, 1, PATIENCE / 2);
    for _ in 0..20 {
        let mut cursor = table(&steps, &database, "items").await;
        for _ in 0..100 {
            let row = cursor.next().await;
            steps.holds("a row", matches!(row, Ok(Some(_))));
        }
    }
    steps.step("an export whose last row was read holds nothing");
    stock.write(&steps, "INSERT INTO small VALUES (1, 2), (3, 4)");
    let _small = table(&steps, &database, "small").await;
    table(&steps, &database, "small").await;
}

/// Queries block, so they go to the blocking pool; between them
/// nothing of the pool is taken.
pub fn beside_the_runtime(steps: Steps) {
    let mut builder = Builder::new_current_thread();
    builder.max_blocking_threads(1).enable_all();
    let runtime = steps.succeeds("a runtime", builder.build());
    runtime.block_on(one_thread(&steps));
    runtime.shutdown_timeout(Duration::from_secs(1));
}

async fn one_thread(steps: &Steps) {
    let stock = Stock::full(steps);
    let database = stock.open(steps, 2, PATIENCE);
    steps.step("a pool of one thread, which is taken");
    let gate = BlockingGate::with_patience(Duration::from_secs(600));
    let taken = gate.clone();
    let blocked = spawn_blocking(move || taken.pass());
    let query = database.table("items");
    let mut query = std::pin::pin!(query);
    for _ in 0..100 {
        let done = poll_immediate(query.as_mut()).await.is_some();
        if done {
            gate.open();
        }
        steps.holds("the query waits for the pool", !done);
        yield_now().await;
    }
    gate.open();
    steps.succeeds("the thread", blocked.await);
    let cursor = ended(steps, "the query", query).await;
    let cursor = match cursor {
        Ok(cursor) => cursor,
        Err(error) => steps.fail("a cursor", error),
    };
    steps.step("a client of it stalls; somebody else needs the thread");
    let mut stalled = body(cursor);
    let first = ended(steps, "a chunk", stalled.next()).await;
    steps.holds("its first chunk", matches!(first, Some(Ok(_))));
    for _ in 0..3 {
        let other = spawn_blocking(|| ());
        let other = ended(steps, "the other's call", other).await;
        steps.succeeds("the other's call", other);
    }
    let more = lines(steps, stalled).await;
    steps.at_most("rows in the rest", more, ROWS as usize);
    steps.step("the thread is taken again, in the middle of a scan");
    let mut cursor = table(steps, &database, "items").await;
    let gate = BlockingGate::with_patience(Duration::from_secs(600));
    let taken = gate.clone();
    let blocked = spawn_blocking(move || taken.pass());
    let mut rows = 0;
    while rows < ROWS {
        match poll_immediate(cursor.next()).await {
            Some(Ok(Some(_))) => rows += 1,
            _ => break,
        }
    }
    gate.open();
    steps.succeeds("the thread", blocked.await);
    steps.holds("the next batch waits for the pool", rows < ROWS);
}

/// All rows are those of one moment, and nobody who writes waits.
pub async fn snapshot(steps: Steps) {
    let stock = Stock::full(&steps);
    let database = stock.open(&steps, 1, PATIENCE);
    steps.step("read some rows, and let another program write");
    let mut cursor = table(&steps, &database, "items").await;
    let mut ids = Vec::new();
    for _ in 0..1000 {
        if let Ok(Some(row)) = cursor.next().await {
            ids.push(row.values[0].clone());
        }
    }
    for text in [
        "DELETE FROM items WHERE id % 2 = 0",
        "INSERT INTO items SELECT id + 100000, note FROM items",
        "UPDATE items SET id = id - 300000 WHERE id > 19000",
    ] {
        stock.write(&steps, text);
    }
    steps.step("read the rest");
    loop {
        let row = ended(&steps, "the wait", cursor.next()).await;
        match row {
            Ok(Some(row)) => ids.push(row.values[0].clone()),
            Ok(None) => break,
            Err(error) => steps.fail("a row", error),
        }
    }
    let all: Vec<_> = (1..=ROWS).map(Value::Integer).collect();
    steps.equal("rows", &ids.len(), &all.len());
    steps.holds("each of them as it was", ids == all);
    steps.step("the next export has what was written");
    drop(cursor);
    let next = table(&steps, &database, "items").await;
    let after = lines(&steps, body(next)).await;
    steps.equal("its rows", &after, &(ROWS as usize));
    let first = table(&steps, &database, "items").await.next().await;
    let first = first.ok().flatten().map(|row| row.values[0].clone());
    let moved = matches!(first, Some(Value::Integer(id)) if id < 0);
    steps.holds("its first row is one that was moved", moved);
}

/// Names come from clients; SQL comes from us.
pub async fn names(steps: Steps) {
    let stock = Stock::new(&steps);
    let odd = "odd \"name\"; -- '";
    stock.write(
        &steps,
        "CREATE TABLE \"odd \"\"name\"\"; -- '\" (\"a\"\"b\", rowid);
         INSERT INTO \"odd \"\"name\"\"; -- '\" VALUES (1, 'x');
         CREATE TABLE pairs (b TEXT, a TEXT, n INTEGER,
             PRIMARY KEY (a, b)) WITHOUT ROWID;
         CREATE TABLE kept (a);
         CREATE VIEW seen AS SELECT a FROM pairs",
    );
    let pairs = "INSERT INTO pairs WITH RECURSIVE n(v) AS (SELECT 1
         UNION ALL SELECT v + 1 FROM n WHERE v < 3000)
         SELECT format('%050d', v % 50), format('%050d', v / 50), v
         FROM n";
    stock.write(&steps, pairs);
    let database = stock.open(&steps, 1, PATIENCE);
    steps.step("export a table with an odd name");
    let cursor = table(&steps, &database, odd).await;
    let all = lines(&steps, body(cursor)).await;
    steps.equal("its rows", &all, &1);
    for name in [
        "",
        "missing",
        "seen",
        "sqlite_schema",
        "main.pairs",
        "PAIRS",
        "pairs; DROP TABLE kept",
        "pairs\"; DROP TABLE kept; --",
        "pairs WHERE 1=1",
        "%",
        "\u{0}",
    ] {
        steps.step(format!("ask for the table {name:?}"));
        let answer = database.table(name).await;
        let none = matches!(answer, Err(ExportError::NoTable(_)));
        steps.holds("there is no such table", none);
    }
    let kept = table(&steps, &database, "kept").await;
    steps.equal("the table kept", &kept.names()[..], &["a"]);
    drop(kept);
    steps.step("a table and columns with odd names");
    let mut cursor = table(&steps, &database, odd).await;
    steps.equal("names", &cursor.names()[..], &["a\"b", "rowid"]);
    let row = cursor.next().await.ok().flatten();
    let values = row.map(|row| row.values);
    let expected = vec![Value::Integer(1), Value::Text("x".into())];
    steps.equal("its row", &values, &Some(expected));
    drop(cursor);
    steps.step("a table whose key is two columns");
    let mut cursor = table(&steps, &database, "pairs").await;
    let (mut keys, mut sum) = (Vec::new(), 0);
    while let Ok(Some(row)) = cursor.next().await {
        match &row.values[..] {
            [Value::Text(b), Value::Text(a), Value::Integer(n)] => {
                keys.push((a.clone(), b.clone()));
                sum += n;
            }
            other => steps.fail("b, a and n", format!("{other:?}")),
        }
    }
    steps.equal("rows", &keys.len(), &3000);
    steps.equal("their sum", &sum, &(3000 * 3001 / 2));
    steps.holds("in the order of the key", keys.is_sorted());
}

/// What SQLite has comes out as it is.
pub async fn values(steps: Steps) {
    let stock = Stock::new(&steps);
    stock.write(
        &steps,
        "CREATE TABLE v (a);
         INSERT INTO v VALUES (NULL), (9223372036854775807), (-1),
         (0.1), (9e999), ('it''s'), (''), (x'00ff'), (x''),
         (CAST(x'41ff' AS TEXT))",
    );
    let database = stock.open(&steps, 1, PATIENCE);
    steps.step("one value of each kind");
    let mut cursor = table(&steps, &database, "v").await;
    let mut seen = Vec::new();
    while let Ok(Some(row)) = cursor.next().await {
        seen.extend(row.values);
    }
    let expected = [
        Value::Null,
        Value::Integer(i64::MAX),
        Value::Integer(-1),
        Value::Real(0.1),
        Value::Real(f64::INFINITY),
        Value::Text("it's".into()),
        Value::Text(String::new()),
        Value::Blob(vec![0, 255]),
        Value::Blob(Vec::new()),
        Value::Blob(vec![0x41, 255]),
    ];
    steps.equal("the values", &seen[..], &expected[..]);
    steps.step("a table whose key is a text that is no UTF-8");
    stock.write(
        &steps,
        "CREATE TABLE w (k TEXT PRIMARY KEY, n) WITHOUT ROWID;
         INSERT INTO w WITH RECURSIVE n(v) AS (SELECT 1
         UNION ALL SELECT v + 1 FROM n WHERE v < 4000)
         SELECT CAST(x'fffe' || format('%090d', v) AS TEXT), v
         FROM n",
    );
    // Of its own: whether a connection comes back is not asked here.
    let database = stock.open(&steps, 1, PATIENCE);
    let mut cursor = table(&steps, &database, "w").await;
    let mut numbers = Vec::new();
    loop {
        match ended(&steps, "the wait", cursor.next()).await {
            Ok(Some(row)) => match &row.values[..] {
                [Value::Blob(_), Value::Integer(number)] => {
                    numbers.push(*number);
                }
                other => steps.fail("a blob", format!("{other:?}")),
            },
            Ok(None) => break,
            Err(error) => steps.fail("a row", error),
        }
        steps.at_most("its rows so far", numbers.len(), 4000);
    }
    steps.equal("its rows", &numbers.len(), &4000);
    steps.holds(
        "each of them once",
        numbers == Vec::from_iter(1..=4000),
    );
}
