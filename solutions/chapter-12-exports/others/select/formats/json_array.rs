//! The JSON array: all rows as one value.

use bytes::BytesMut;

use crate::{Format, Row};

/// Rows as an array of objects.
///
/// JSON allows no comma in front of the first row, and none
/// behind the last one. A cursor does not say which row is the
/// last, so the comma belongs in front of a row. The bracket at
/// the end says that nothing is missing.
#[derive(Debug, Default)]
pub struct JsonArray {
    /// What stands in front of the next row.
    separator: Option<&'static str>,
}

impl Format for JsonArray {
    fn start(&mut self, output: &mut BytesMut) {
        output.extend_from_slice(b"[\n  ");
    }

    fn row(&mut self, row: &Row, output: &mut BytesMut) {
        let separator = self.separator.replace(",\n  ");
        let separator = separator.unwrap_or_default();
        output.extend_from_slice(separator.as_bytes());
        crate::json_row(row, output);
    }

    fn end(&mut self, output: &mut BytesMut) {
        output.extend_from_slice(b"\n]");
    }
}
