//! The trait for a query whose rows are read one after the other.

use crate::{ExportError, Row};

/// A query that's being read. It hands out rows when they're asked for,
/// and holds only a few at a time.
///
/// Dropping a cursor releases what it holds, such as a transaction or a
/// connection.
pub trait Cursor: Send + 'static {
    /// Returns the next row, or `None` after the last one. Waits while
    /// the database works, and never blocks a thread of the runtime.
    ///
    /// If the future is dropped before it completes, a row may be lost.
    /// After an error or `None`, this isn't called again.
    fn next(
        &mut self,
    ) -> impl Future<Output = Result<Option<Row>, ExportError>> + Send;
}
