//! The cursor: where rows come from.
//!
//! Given: a trait; checks and databases implement it.

use crate::{ExportError, Row};

/// A query that is under way. Rows come when they are asked for,
/// and are gone then: nothing here holds more than a few.
///
/// Whoever drops a cursor releases what it holds: a transaction, a
/// connection, a portal of a server.
// ANCHOR: cursor
pub trait Cursor: Send + 'static {
    /// The next row; `None` after the last one. Waits while the
    /// database works, and never blocks a thread of the runtime.
    ///
    /// A future that is dropped before its end may take a row
    /// along. After an error or `None` it is not called again.
    fn next(
        &mut self,
    ) -> impl Future<Output = Result<Option<Row>, ExportError>> + Send;
}
// ANCHOR_END: cursor
