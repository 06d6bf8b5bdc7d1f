//! Writes a row as JSON.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{BufMut, BytesMut};
use pipelines::json_string;

use crate::formats::row::real;
use crate::{Row, Value};

/// The largest integer up to which every integer has a number of its
/// own in JavaScript, and in most other readers of JSON.
const LARGEST: u64 = (1 << 53) - 1;
/// The number of bytes that a short row needs. A longer one takes more.
const TYPICAL: usize = 128;

/// Writes a row as an object, without a line end, such as
/// `{"id":1,"name":"a"}`.
///
/// The names are strings like any other, so `json_string` writes them
/// as well. It writes into a vector, and one vector for the whole row
/// costs less than one for each value. A row without columns is `{}`.
pub fn json_row(row: &Row, output: &mut BytesMut) {
    todo!("chapter 12: a row of {} values", row.values.len())
}

/// Appends one value to `object`.
///
/// `NULL` is `null`. Values that JSON's numbers can't hold become
/// strings: integers beyond [`LARGEST`] on either side of 0, infinities
/// and NaN, and blobs in base64 (with padding). [`real`] has the digits
/// of a number with a fraction. `json_string` escapes texts, so that an
/// object is a single line.
fn json_value(value: &Value, object: &mut Vec<u8>) {
    todo!("chapter 12: {value:?}, room for {}", object.capacity())
}
