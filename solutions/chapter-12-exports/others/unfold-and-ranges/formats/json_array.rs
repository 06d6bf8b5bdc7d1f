//! The JSON array: all rows as one value.

use bytes::BytesMut;

use crate::{Format, Row, json_row};

/// Rows as an array of objects.
///
/// JSON allows no comma in front of the first row, and none
/// behind the last one. A cursor does not say which row is the
/// last, so the comma belongs in front of a row. The bracket at
/// the end says that nothing is missing. Each value of this type
/// writes only one array.
#[derive(Debug, Default)]
pub struct JsonArray {
    /// A row was written already.
    begun: bool,
}

impl Format for JsonArray {
    /// Opens the array, before anybody knows of a row: a client
    /// that waits for the first one has the bracket already.
    fn start(&mut self, output: &mut BytesMut) {
        output.extend_from_slice(b"[");
    }

    /// Writes a row with [`json_row`], separated from the row
    /// before it.
    fn row(&mut self, row: &Row, output: &mut BytesMut) {
        match std::mem::replace(&mut self.begun, true) {
            true => output.extend_from_slice(b","),
            false => {}
        }
        json_row(row, output);
    }

    /// Closes the array: `[]` is right when there was no row.
    fn end(&mut self, output: &mut BytesMut) {
        output.extend_from_slice(b"]");
    }
}
