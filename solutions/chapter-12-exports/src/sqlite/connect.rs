//! Connecting to a database file that may be read-only.
//!
//! Given: what SQLite does in read-only places is not the subject.

use std::fmt::Write;
use std::fs;
use std::path::{Path, absolute};

use rusqlite::{Connection, ErrorCode, OpenFlags};

/// Opens a connection that only reads. The file must exist.
/// Blocks.
///
/// A file that can be written is switched to a write-ahead log.
/// One that cannot is read as it is, with SQLite's locks: where it
/// has no write-ahead log, a writer of another account waits
/// while this connection reads.
///
/// A file that has been switched to a write-ahead log needs more:
/// SQLite makes a file for its locks beside it. Where this process
/// can make none, and no log lies there, the last resort is
/// `immutable=1`, which reads without any lock. Whoever writes
/// while such an export runs can spoil it; the next export sees
/// the change. If there is a log, its changes would be missing.
///
/// Errors: what SQLite said, or that there is such a log.
pub(crate) fn connect(file: &Path) -> Result<Connection, String> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let to_write = flags | OpenFlags::SQLITE_OPEN_READ_WRITE;
    let to_read = flags
        | OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI;
    // Where it may not write, SQLite opens the file to read it.
    let connection = Connection::open_with_flags(file, to_write)
        .and_then(|connection| switch(&connection).map(|()| connection))
        .map_err(said)?;
    let Err(error) = ready(&connection) else {
        return Ok(connection);
    };
    if !is_read_only(&error) {
        return Err(said(error));
    }
    if has_log(file) {
        return Err(format!(
            "{error}: the log beside it has changes that cannot be \
             read without making a file in the same folder"
        ));
    }
    let connection =
        Connection::open_with_flags(immutable(file), to_read)
            .map_err(said)?;
    ready(&connection).map_err(said)?;
    Ok(connection)
}

/// What SQLite said.
fn said(error: rusqlite::Error) -> String {
    error.to_string()
}

/// Switches the file to a write-ahead log, if it can be written.
fn switch(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_readonly("main")? {
        return Ok(());
    }
    match connection.execute_batch("PRAGMA journal_mode = WAL") {
        // The file can be written, but its folder has no room for
        // a log.
        Err(error) if is_read_only(&error) => Ok(()),
        result => result,
    }
}

/// Makes a connection ready, and sees whether it can read.
fn ready(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA query_only = TRUE")?;
    // In KiB, where it is negative. A scan reads each page once,
    // so more of them, 2 MiB without this, would serve nobody.
    connection.execute_batch("PRAGMA cache_size = -256")?;
    connection.query_row(
        "SELECT count(*) FROM sqlite_schema",
        [],
        |_| Ok(()),
    )
}

/// Whether SQLite needed to write, or to make a file.
fn is_read_only(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen)
    )
}

/// Whether there are changes beside the file that belong in it.
fn has_log(file: &Path) -> bool {
    ["-wal", "-journal"].iter().any(|suffix| {
        let mut log = file.as_os_str().to_owned();
        log.push(suffix);
        fs::metadata(log).is_ok_and(|facts| facts.len() > 0)
    })
}

/// The name of a file that nobody changes, as a URI.
fn immutable(file: &Path) -> String {
    let file = absolute(file).unwrap_or_else(|_| file.to_owned());
    let mut uri = "file://".to_owned();
    if cfg!(windows) {
        uri.push('/');
    }
    for &byte in file.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' => uri.push('/'),
            b'\\' if cfg!(windows) => uri.push('/'),
            _ if byte.is_ascii_alphanumeric() => {
                uri.push(char::from(byte));
            }
            // A write into a text does not fail.
            _ => drop(write!(uri, "%{byte:02x}")),
        }
    }
    uri + "?immutable=1"
}
