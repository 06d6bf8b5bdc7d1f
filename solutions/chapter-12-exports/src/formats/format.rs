//! The format: how rows become bytes.
//!
//! We provide this file: it's a trait, which you implement twice.

use bytes::BytesMut;

use crate::Row;

/// Writes rows, one after the other, after the bytes that are in
/// `output` already.
///
/// [`start`](Self::start) is called once, before the first row.
/// [`end`](Self::end) is called once, after the last row, but only if
/// every row was written. So a reader that finds the end knows that
/// nothing is missing.
pub trait Format: Send + 'static {
    /// Writes whatever comes before the first row.
    fn start(&mut self, output: &mut BytesMut);
    /// Writes one row, and whatever separates it from the previous row.
    fn row(&mut self, row: &Row, output: &mut BytesMut);
    /// Writes whatever comes after the last row.
    fn end(&mut self, output: &mut BytesMut);
}
