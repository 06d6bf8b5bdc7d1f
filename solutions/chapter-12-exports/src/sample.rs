//! A sample database, for anybody who has none at hand.
//!
//! We provide this file: it's an SQL statement.

use std::path::Path;

use rusqlite::{Connection, params};

/// Creates the database, and prints what to type next.
pub(crate) fn make_and_tell(
    file: &Path,
    rows: u64,
) -> Result<(), String> {
    make(file, rows)?;
    let file = file.display();
    println!("{file} has a table `items` of {rows} rows.");
    println!("Next: cargo run -p chapter-12 -- --database {file}");
    Ok(())
}

/// Creates a new file with a table `items` of `rows` rows, about 60
/// bytes each. It contains values of every type.
///
/// # Errors
///
/// Returns what went wrong, and what to type instead.
pub(crate) fn make(file: &Path, rows: u64) -> Result<(), String> {
    let shown = file.display();
    if file.exists() {
        return Err(format!(
            "{shown} is there already: name a file that is not, or \
             serve this one with --database {shown}"
        ));
    }
    let filled = Connection::open(file).and_then(|connection| {
        connection.execute_batch(TABLE)?;
        connection.execute(ROWS, params![rows as i64])
    });
    if filled.is_err() {
        // A half-filled file would look like a database.
        let _ = std::fs::remove_file(file);
    }
    filled
        .map(|_| ())
        .map_err(|error| format!("{shown}: {error}"))
}

const TABLE: &str = "CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    price REAL,
    serial INTEGER NOT NULL,
    picture BLOB,
    note TEXT
) STRICT";

/// The numbers in `serial` are too large for JavaScript to tell apart,
/// and the notes contain text that trips up careless readers.
const ROWS: &str = "INSERT INTO items
    WITH RECURSIVE numbers(id) AS (
        SELECT 1 WHERE ?1 > 0
        UNION ALL SELECT id + 1 FROM numbers WHERE id < ?1
    )
    SELECT
        id,
        format('item %d, \"new\"', id),
        CASE WHEN id % 7 > 0 THEN id / 8.0 END,
        9223372036854775807 - id,
        CAST(format('%08x', id * 2654435761 % 4294967296) AS BLOB),
        CASE id % 3
            WHEN 1 THEN 'two' || char(10) || 'lines, for a reader'
            WHEN 2 THEN '=SUM(A1:A9)'
        END
    FROM numbers";
