//! A sample database, for whoever has none at hand.

use std::path::Path;

use rusqlite::{Connection, params};

/// Makes the file that the words behind the flag name, and says
/// what to type next.
pub(crate) fn from_words(words: &[String]) -> Result<(), String> {
    let usage = "`--sample-database` needs a new file and a number \
                 of rows: --sample-database items.db 100000";
    let [file, rows] = words else {
        return Err(usage.to_owned());
    };
    let rows = rows.parse().map_err(|_| usage.to_owned())?;
    make(Path::new(file), rows)?;
    println!("{file} has a table `items` of {rows} rows.");
    println!("Next: cargo run -p chapter-12 -- --database {file}");
    Ok(())
}

/// Makes a new file with a table `items` of so many rows, about
/// 100 bytes each. Every kind of value is in it.
///
/// Errors: what went wrong, and what to type.
pub(crate) fn make(file: &Path, rows: u64) -> Result<(), String> {
    let shown = file.display();
    if file.exists() {
        return Err(format!(
            "{shown} is there already: name a file that is not, or \
             serve this one with --database {shown}"
        ));
    }
    let filled = Connection::open(file)
        .and_then(|mut connection| fill(&mut connection, rows));
    if filled.is_err() {
        // What is half full looks like a database.
        let _ = std::fs::remove_file(file);
    }
    filled.map_err(|error| format!("{shown}: {error}"))
}

const TABLE: &str = "CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    price REAL,
    serial INTEGER NOT NULL,
    picture BLOB,
    note TEXT
) STRICT";

/// One transaction: a row each would wait for the disk each time.
fn fill(
    connection: &mut Connection,
    rows: u64,
) -> rusqlite::Result<()> {
    connection.execute_batch(TABLE)?;
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction.prepare(
            "INSERT INTO items VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for id in 1..=rows {
            let name = format!("item {id}, \"new\"");
            let price = (id % 7 > 0).then_some(id as f64 / 8.0);
            // Beyond what a number of JavaScript can tell apart.
            let serial = i64::MAX - id as i64;
            let picture = id.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let picture = picture.to_be_bytes();
            let note = match id % 3 {
                0 => None,
                1 => Some("two\nlines, for a reader to stumble over"),
                _ => Some("=SUM(A1:A9)"),
            };
            insert.execute(params![
                id as i64, name, price, serial, picture, note
            ])?;
        }
    }
    transaction.commit()
}
