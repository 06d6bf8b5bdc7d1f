//! The database: SQLite, inside this process and off its runtime.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use crate::{ExportError, TableCursor};

/// A file of SQLite, and a few connections to it. Every call to
/// SQLite happens on the blocking pool.
///
/// An export holds a connection until its last row was read: all
/// its rows are of one moment, and a connection is what keeps that
/// moment. So clients that stall can take all of them. Who comes
/// then waits for `patience` and is told [`ExportError::Busy`].
pub struct Database {
    pool: Arc<Pool>,
    patience: Duration,
}

struct Pool {
    file: PathBuf,
    /// Those that nobody uses now.
    idle: Mutex<Vec<Connection>>,
    /// One permit for each connection that there may be. Waiting
    /// for one blocks no thread.
    permits: Arc<Semaphore>,
}

/// A connection on loan. Dropped, it goes back to the pool.
pub(crate) struct Lease {
    pool: Arc<Pool>,
    /// `None` only while it goes back.
    connection: Option<Connection>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Database {
    /// Opens a file that exists, for reading with so many
    /// connections at once (at least one); whoever finds none free
    /// waits for `patience`. Blocks while it looks at the file.
    ///
    /// The file is switched to a write-ahead log (WAL), which it
    /// keeps: with it, readers do not stop writers. Without it one
    /// stalled export would stop every writer.
    ///
    /// Errors: [`ExportError::Query`], for no file, a file that is
    /// no database, or one that cannot be switched.
    pub fn open(
        file: &Path,
        connections: usize,
        patience: Duration,
    ) -> Result<Self, ExportError> {
        let first = connect(file).map_err(|error| {
            let shown = file.display();
            ExportError::Query(format!("{shown}: {error}"))
        })?;
        Ok(Self {
            pool: Arc::new(Pool {
                file: file.to_owned(),
                idle: Mutex::new(vec![first]),
                permits: Arc::new(Semaphore::new(connections.max(1))),
            }),
            patience,
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
        let permits = Arc::clone(&self.pool.permits);
        let permit = tokio::time::timeout(
            self.patience,
            permits.acquire_owned(),
        )
        .await
        .map_err(|_| ExportError::Busy)?
        .map_err(|_| ExportError::Busy)?;
        let pool = Arc::clone(&self.pool);
        let name = name.to_owned();
        on_the_pool(move || {
            let lease = Lease::take(pool, permit)?;
            TableCursor::open(lease, &name)
        })
        .await
    }
}

impl Lease {
    /// One that is idle, or a new one. Blocks.
    fn take(
        pool: Arc<Pool>,
        permit: OwnedSemaphorePermit,
    ) -> Result<Self, ExportError> {
        let idle = pool.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&pool.file).map_err(query)?,
        };
        Ok(Self {
            pool,
            connection: Some(connection),
            permit: Some(permit),
        })
    }

    /// The connection, for calls that block.
    pub(crate) fn connection(
        &self,
    ) -> Result<&Connection, ExportError> {
        // Only `drop` takes it.
        self.connection.as_ref().ok_or(ExportError::Busy)
    }
}

impl Drop for Lease {
    /// Ends the transaction, and lets the next one have the
    /// connection. Ending it may touch the disk, and a cursor is
    /// dropped wherever its client left: so it happens on the
    /// blocking pool, where there is one.
    fn drop(&mut self) {
        let pool = Arc::clone(&self.pool);
        let Some(connection) = self.connection.take() else {
            return;
        };
        let permit = self.permit.take();
        let give_back = move || {
            let ended = connection.is_autocommit()
                || connection.execute_batch("ROLLBACK").is_ok();
            // One that cannot end it is not used again.
            if ended {
                pool.idle().push(connection);
            }
            drop(permit);
        };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(give_back)),
            Err(_) => give_back(),
        }
    }
}

impl Pool {
    /// The idle connections, for moments only.
    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that only reads. The file must exist.
fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.execute_batch("PRAGMA journal_mode = WAL")?;
    connection.execute_batch("PRAGMA query_only = TRUE")?;
    // In KiB, where it is negative. A scan reads each page once,
    // so more of them, 2 MiB without this, would serve nobody.
    connection.execute_batch("PRAGMA cache_size = -256")?;
    Ok(connection)
}

/// What SQLite said.
pub(crate) fn query(error: rusqlite::Error) -> ExportError {
    ExportError::Query(error.to_string())
}

/// Does work that blocks beside the runtime. What is under way
/// when nobody waits any more comes to its end, and its result is
/// dropped: a lease in it goes back to the pool.
pub(crate) async fn on_the_pool<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ExportError> + Send + 'static,
) -> Result<T, ExportError> {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(ExportError::Query(error.to_string())),
    }
}
