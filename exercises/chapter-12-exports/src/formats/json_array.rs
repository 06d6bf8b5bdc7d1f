//! Writes all rows as one JSON array.

use bytes::BytesMut;

use crate::{Format, Row, json_row};

/// Writes rows as an array of objects.
///
/// JSON allows no comma before the first row and none after the last
/// one, and a cursor doesn't say which row is the last. So the comma is
/// written before a row. The bracket at the end tells the reader that
/// nothing is missing. Each value of this type writes a single array.
#[derive(Debug, Default)]
pub struct JsonArray {
    /// Whether a row has been written.
    begun: bool,
}

impl Format for JsonArray {
    /// Opens the array before any row is known, so that the client gets
    /// the bracket while it waits for the first row.
    fn start(&mut self, output: &mut BytesMut) {
        todo!("chapter 12: begin, behind {} bytes", output.len())
    }

    /// Writes a row with [`json_row`], separated from the previous row.
    fn row(&mut self, row: &Row, output: &mut BytesMut) {
        todo!("chapter 12: a row of {} values", row.values.len())
    }

    /// Closes the array. If there was no row, the result is `[]`.
    fn end(&mut self, output: &mut BytesMut) {
        todo!("chapter 12: end, behind {} bytes", output.len())
    }
}
