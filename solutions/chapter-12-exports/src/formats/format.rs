//! The format: how rows become bytes.
//!
//! Given: a trait; you implement it twice.

use bytes::BytesMut;

use crate::Row;

/// Writes rows, one after the other, behind what is in `output`
/// already. [`start`](Self::start) comes once and first,
/// [`end`](Self::end) once and last, and only when every row was
/// written: a reader sees by it that nothing is missing.
pub trait Format: Send + 'static {
    /// What stands in front of the first row.
    fn start(&mut self, output: &mut BytesMut);
    /// One row, and what separates it from the one before.
    fn row(&mut self, row: &Row, output: &mut BytesMut);
    /// What stands behind the last row.
    fn end(&mut self, output: &mut BytesMut);
}
