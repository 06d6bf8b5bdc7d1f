//! The JSON array: all rows as one value.

use bytes::{BufMut, BytesMut};

use crate::{Format, Row, json_row};

/// Rows as an array of objects.
///
/// JSON allows no comma in front of the first row, and none
/// behind the last one. A cursor does not say which row is the
/// last, so the comma belongs in front of a row. The bracket at
/// the end says that nothing is missing.
#[derive(Debug, Default)]
pub struct JsonArray {
    /// A row was written already.
    begun: bool,
}

impl Format for JsonArray {
    /// Opens the array.
    fn start(&mut self, output: &mut BytesMut) {
        output.put_u8(b'[');
    }

    /// Writes a row, [`json_row`](crate::json_row), apart from
    /// the one before it.
    fn row(&mut self, row: &Row, output: &mut BytesMut) {
        let separator: &[u8] =
            if std::mem::replace(&mut self.begun, true) { b",\n " } else { b"\n " };
        output.put_slice(separator);
        json_row(row, output);
    }

    /// Closes the array: `[]` is right when there was no row.
    fn end(&mut self, output: &mut BytesMut) {
        let closing: &[u8] = if self.begun { b"\n]\n" } else { b"]\n" };
        output.put_slice(closing);
    }
}
