//! The JSON array: all rows as one value.

use bytes::BytesMut;

use crate::{Format, Row};

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
    /// Opens the array.
    fn start(&mut self, output: &mut BytesMut) {
        output.extend_from_slice(b"[\n");
    }

    /// Writes a row with [`json_row`](crate::json_row), separated
    /// from the row before it.
    fn row(&mut self, row: &Row, output: &mut BytesMut) {
        let mut one = BytesMut::new();
        crate::json_row(row, &mut one);
        let before: &[u8] = if std::mem::replace(&mut self.begun, true)
        {
            b"\n,"
        } else {
            b""
        };
        output.extend_from_slice(before);
        output.extend_from_slice(&one);
    }

    /// Closes the array: `[]` is right when there was no row.
    fn end(&mut self, output: &mut BytesMut) {
        output.extend_from_slice(b"\n]");
    }
}
