//! Writes all rows as one JSON array.

use bytes::BytesMut;

use crate::{Format, Row, json_row};

/// Rows as an array of objects.
///
/// JSON allows no comma before the first row and none after the last
/// one, and a cursor doesn't say which row is the last. So the comma
/// goes before a row. The bracket at the end says that nothing is
/// missing. Each value of this type writes a single array.
#[derive(Debug, Default)]
pub struct JsonArray {
    /// Whether a row has been written.
    begun: bool,
}

impl Format for JsonArray {
    /// Opens the array, before any row is known, so a client that waits
    /// for the first row already has the bracket.
    fn start(&mut self, output: &mut BytesMut) {
        todo!("chapter 12: begin, behind {} bytes", output.len())
    }

    /// Writes a row with [`json_row`], separated from the one before
    /// it.
    fn row(&mut self, row: &Row, output: &mut BytesMut) {
        todo!("chapter 12: a row of {} values", row.values.len())
    }

    /// Closes the array. `[]` is right if there was no row.
    fn end(&mut self, output: &mut BytesMut) {
        todo!("chapter 12: end, behind {} bytes", output.len())
    }
}
