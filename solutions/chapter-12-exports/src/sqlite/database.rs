//! The database: SQLite inside this process, but not on its async
//! runtime.
//!
//! We provide this file: it's a pool of connections, and each of your
//! cursors holds one of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use crate::sqlite::connect::connect;
use crate::{ExportError, TableCursor};

/// An SQLite file, and a limited number of connections to it. Every
/// call to SQLite happens on the blocking pool.
///
/// An export holds a connection until its last row was read, because
/// all its rows must show the same moment, and the connection keeps
/// that snapshot. So clients that stall can occupy all connections.
/// Another client waits for `patience` and then gets
/// [`ExportError::Busy`].
///
/// A connection is opened for each export and closed after it, which
/// takes about half a millisecond. So an export always reads the file
/// that has this name now, even if somebody has renamed another file
/// over the previous one. An idle connection would keep the old file
/// open and, worse, its log: SQLite finds a log by its name, and would
/// apply the old file's log to the new file. The same would happen if
/// the file were replaced during an export while its log contains
/// changes, so replace it only when there is no `-wal` file beside it.
pub struct Database {
    file: PathBuf,
    patience: Duration,
    /// One permit for each allowed connection. Waiting for a permit
    /// doesn't block a thread.
    permits: Arc<Semaphore>,
}

/// A connection, and the permit for it. When this is dropped, the
/// connection is closed and another one can be opened.
pub(crate) struct Lease {
    /// `None` only while it's being closed.
    connection: Option<Connection>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Database {
    /// Opens a file that exists, for reading. At most `connections`
    /// exports can read at once (at least one); if all are in use,
    /// another export waits for `patience`. Blocks while it opens the
    /// file.
    ///
    /// A file that can be written is switched to a write-ahead log
    /// (WAL), and keeps it. With a WAL, readers don't block writers;
    /// without it, one stalled export would block every writer. A file
    /// that this process can't write stays as it is, and is served all
    /// the same.
    ///
    /// # Errors
    ///
    /// [`ExportError::Query`] if the file doesn't exist, isn't a
    /// database, or can't be read or switched.
    pub fn open(
        file: &Path,
        connections: usize,
        patience: Duration,
    ) -> Result<Self, ExportError> {
        connect(file).map_err(|error| {
            let shown = file.display();
            ExportError::Query(format!("{shown}: {error}"))
        })?;
        Ok(Self {
            file: file.to_owned(),
            patience,
            permits: Arc::new(Semaphore::new(connections.max(1))),
        })
    }

    /// Returns all rows of a table, in the order of its key. They show
    /// this moment, whatever is written meanwhile.
    ///
    /// # Errors
    ///
    /// [`Busy`](ExportError::Busy) if no connection is free in time,
    /// and [`NoTable`](ExportError::NoTable) if there is no table with
    /// exactly this name; views and SQLite's internal tables don't
    /// count. The first rows are read here, so that an error in the
    /// query is known before the response begins.
    pub async fn table(
        &self,
        name: &str,
    ) -> Result<TableCursor, ExportError> {
        let permits = Arc::clone(&self.permits);
        let permit = tokio::time::timeout(
            self.patience,
            permits.acquire_owned(),
        )
        .await
        .map_err(|_| ExportError::Busy)?
        .map_err(|_| ExportError::Busy)?;
        let file = self.file.clone();
        let name = name.to_owned();
        on_the_pool(move || {
            let connection =
                connect(&file).map_err(ExportError::Query)?;
            let lease = Lease {
                connection: Some(connection),
                permit: Some(permit),
            };
            TableCursor::open(lease, &name)
        })
        .await
    }
}

impl Lease {
    /// Returns the connection, for calls that block.
    pub(crate) fn connection(
        &self,
    ) -> Result<&Connection, ExportError> {
        // Only `drop` takes it out.
        self.connection.as_ref().ok_or(ExportError::Busy)
    }
}

impl Drop for Lease {
    /// Ends the transaction, closes the connection, and allows another
    /// one to be opened. Closing may touch the disk, and a cursor may
    /// be dropped on any thread, so this happens on the blocking pool
    /// if there is one.
    fn drop(&mut self) {
        let connection = self.connection.take();
        let permit = self.permit.take();
        let close = move || {
            drop(connection);
            drop(permit);
        };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(close)),
            Err(_) => close(),
        }
    }
}

/// Turns SQLite's error into an export error.
pub(crate) fn query(error: rusqlite::Error) -> ExportError {
    ExportError::Query(error.to_string())
}

/// Runs work that blocks on the blocking pool. If nobody waits for it
/// anymore, it still completes, and then its result is dropped, which
/// closes a lease in it.
pub(crate) async fn on_the_pool<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ExportError> + Send + 'static,
) -> Result<T, ExportError> {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(ExportError::Query(error.to_string())),
    }
}
