//! NDJSON: one object a line.
//!
//! Given: your `json_row`, and a line feed.

use bytes::{BufMut, BytesMut};

use crate::{Format, Row, json_row};

/// Rows as lines, each a JSON object. A reader needs only a line
/// at a time. There is no last sign: only the end of the body
/// tells that nothing is missing.
#[derive(Debug, Default)]
pub struct Ndjson;

impl Format for Ndjson {
    fn start(&mut self, _: &mut BytesMut) {}

    fn row(&mut self, row: &Row, output: &mut BytesMut) {
        json_row(row, output);
        output.put_u8(b'\n');
    }

    fn end(&mut self, _: &mut BytesMut) {}
}
