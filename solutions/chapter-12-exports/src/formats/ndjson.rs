//! NDJSON: one object on each line.
//!
//! We provide this file: it calls your `json_row`, and adds a line
//! feed.

use bytes::{BufMut, BytesMut};

use crate::{Format, Row, json_row};

/// Writes rows as lines, each of which is a JSON object. A reader needs
/// only one line at a time. There's nothing after the last row, so only
/// the end of the body shows that nothing is missing.
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
