//! Connecting to a database file that may be read-only.
//!
//! We provide this file: how SQLite handles read-only files isn't a
//! subject of this chapter.

use std::fmt::Write;
use std::fs;
use std::path::{Path, absolute};

use rusqlite::{Connection, ErrorCode, OpenFlags};

/// Opens a connection that only reads. The file must exist. Blocks.
///
/// A file that can be written is switched to a write-ahead log. A file
/// that can't be written is read as it is, with SQLite's locks. If it
/// has no write-ahead log, a writer with another account has to wait
/// while this connection reads.
///
/// A file that was switched to a write-ahead log before needs more:
/// SQLite creates another file beside it for its locks. If this process
/// can't create that file, and there is no log, the last resort is
/// `immutable=1`, which reads without any locks. A program that writes
/// during such an export can spoil that export, and the next export
/// sees its changes. If there is a log, `immutable=1` isn't used,
/// because the changes in the log would be missing.
///
/// # Errors
///
/// Returns SQLite's error message, or says that there is such a log.
pub(crate) fn connect(file: &Path) -> Result<Connection, String> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let to_write = flags | OpenFlags::SQLITE_OPEN_READ_WRITE;
    let to_read = flags
        | OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI;
    // If it can't be written, SQLite opens the file for reading.
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

/// Returns SQLite's error message.
fn said(error: rusqlite::Error) -> String {
    error.to_string()
}

/// Switches the file to a write-ahead log, if it can be written.
fn switch(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_readonly("main")? {
        return Ok(());
    }
    match connection.execute_batch("PRAGMA journal_mode = WAL") {
        // The file can be written, but no log can be created in its
        // folder.
        Err(error) if is_read_only(&error) => Ok(()),
        result => result,
    }
}

/// Prepares a connection, and checks that it can read.
fn ready(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA query_only = TRUE")?;
    // A negative number is in KiB. A scan reads each page only once, so
    // a larger cache (2 MiB by default) would be of no use.
    connection.execute_batch("PRAGMA cache_size = -256")?;
    connection.query_row(
        "SELECT count(*) FROM sqlite_schema",
        [],
        |_| Ok(()),
    )
}

/// Returns whether SQLite failed because it had to write, or to create
/// a file.
fn is_read_only(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen)
    )
}

/// Returns whether there is a log with changes that aren't in the file
/// yet.
fn has_log(file: &Path) -> bool {
    ["-wal", "-journal"].iter().any(|suffix| {
        let mut log = file.as_os_str().to_owned();
        log.push(suffix);
        fs::metadata(log).is_ok_and(|facts| facts.len() > 0)
    })
}

/// Returns a URI that opens the file as one that nobody changes.
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
            // Writing to a string can't fail.
            _ => drop(write!(uri, "%{byte:02x}")),
        }
    }
    uri + "?immutable=1"
}
