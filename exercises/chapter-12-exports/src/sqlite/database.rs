//! The database: SQLite, inside this process and off its runtime.
//!
//! Given: a pool of connections, of which your cursor holds one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use crate::sqlite::connect::connect;
use crate::{ExportError, TableCursor};

/// A file of SQLite, and a few connections to it. Every call to
/// SQLite happens on the blocking pool.
///
/// An export holds a connection until its last row was read: all
/// its rows are of one moment, and a connection is what keeps that
/// moment. So clients that stall can take all of them. Who comes
/// then waits for `patience` and is told [`ExportError::Busy`].
///
/// A connection is opened for each export and closed after it,
/// which takes about half a millisecond. Nothing stays open in
/// between, so an export reads the file that has the name at that
/// moment, even if another file was renamed over the one before.
/// An idle connection would keep the old file, and worse, its log:
/// SQLite finds a log by its name, and would apply the log of the
/// old file to the new one. The same would happen if the file were
/// replaced during an export while its log has changes, so replace
/// it when there is no `-wal` beside it.
pub struct Database {
    file: PathBuf,
    patience: Duration,
    /// One permit for each connection that there may be. Waiting
    /// for one blocks no thread.
    permits: Arc<Semaphore>,
}

/// A connection, and the permit to have one. Dropped, it is
/// closed, and the next one may be opened.
pub(crate) struct Lease {
    /// `None` only while it is closed.
    connection: Option<Connection>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Database {
    /// Opens a file that exists, for reading with so many
    /// connections at once (at least one); whoever finds none free
    /// waits for `patience`. Blocks while it looks at the file.
    ///
    /// A file that can be written is switched to a write-ahead
    /// log (WAL), and keeps it: with it, readers do not stop
    /// writers. Without it one stalled export would stop every
    /// writer. A file that this process cannot write stays as it
    /// is, and is served all the same.
    ///
    /// Errors: [`ExportError::Query`], for no file, a file that is
    /// no database, or one that cannot be read or switched.
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

    /// All rows of a table, in the order of its key. They are
    /// those of this moment, whatever is written meanwhile.
    ///
    /// Errors: [`Busy`](ExportError::Busy) when no connection is
    /// free in time, [`NoTable`](ExportError::NoTable) when there
    /// is no table of exactly this name; views and SQLite's own
    /// tables are none. The first rows are read already: what is
    /// wrong with the query is known before an answer begins.
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
    /// The connection, for calls that block.
    pub(crate) fn connection(
        &self,
    ) -> Result<&Connection, ExportError> {
        // Only `drop` takes it.
        self.connection.as_ref().ok_or(ExportError::Busy)
    }
}

impl Drop for Lease {
    /// Ends the transaction, closes the connection, and lets the
    /// next one be opened. Closing may touch the disk, and a
    /// cursor is dropped wherever its client left: so it happens
    /// on the blocking pool, where there is one.
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

/// What SQLite said.
pub(crate) fn query(error: rusqlite::Error) -> ExportError {
    ExportError::Query(error.to_string())
}

/// Does work that blocks beside the runtime. What is under way
/// when nobody waits any more comes to its end, and its result is
/// dropped: a lease in it is closed.
pub(crate) async fn on_the_pool<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ExportError> + Send + 'static,
) -> Result<T, ExportError> {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(ExportError::Query(error.to_string())),
    }
}
