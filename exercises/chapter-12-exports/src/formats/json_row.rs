//! Writes a row as JSON.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{BufMut, BytesMut};
use pipelines::json_string;

use crate::formats::row::real;
use crate::{Row, Value};

/// The largest integer up to which JavaScript, and most other readers
/// of JSON, can tell every integer from the next one.
const LARGEST: u64 = (1 << 53) - 1;
/// How many bytes are reserved for a row. Longer rows need more.
const TYPICAL: usize = 128;

/// Writes a row as an object, without a line break, such as
/// `{"id":1,"name":"a"}`.
///
/// The names are strings like any other, so `json_string` writes them,
/// too. It appends to a vector, and one vector for the whole row is
/// cheaper than one for each value. A row without columns is `{}`.
pub fn json_row(row: &Row, output: &mut BytesMut) {
    todo!("chapter 12: a row of {} values", row.values.len())
}

/// Appends one value to `object`.
///
/// `NULL` is `null`. Values that aren't numbers in JSON become strings:
/// integers above [`LARGEST`] or below its negative, infinities and
/// NaN, and blobs, which are written in base64 with padding. [`real`]
/// returns the digits of a number with a fraction. `json_string`
/// escapes strings, so an object is always a single line.
fn json_value(value: &Value, object: &mut Vec<u8>) {
    todo!("chapter 12: {value:?}, room for {}", object.capacity())
}
