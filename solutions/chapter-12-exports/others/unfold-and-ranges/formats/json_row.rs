//! A row in JSON.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{BufMut, BytesMut};
use pipelines::json_string;

use crate::formats::row::real;
use crate::{Row, Value};

/// The largest integer up to which each has a number of its own
/// in JavaScript, and in most other readers of JSON.
const LARGEST: u64 = (1 << 53) - 1;
/// Room for a short row, in bytes; a longer one takes more.
const TYPICAL: usize = 128;

/// Writes a row as an object, without a line end, such as
/// `{"id":1,"name":"a"}`.
pub fn json_row(row: &Row, output: &mut BytesMut) {
    // Chapter 9's `json_string` writes into a vector. One for the
    // whole row costs less than one for each value.
    let mut object = Vec::with_capacity(TYPICAL);
    object.push(b'{');
    for (name, value) in row.names.iter().zip(&row.values) {
        if object.len() > 1 {
            object.push(b',');
        }
        json_string(name, &mut object);
        object.push(b':');
        json_value(value, &mut object);
    }
    object.push(b'}');
    output.put_slice(&object);
}

/// Writes one value behind what is in `object`.
///
/// `NULL` is `null`. What JSON's numbers can't hold leaves as a
/// string: integers above [`LARGEST`] on either side of 0,
/// infinities and NaN, and blobs in base64 (with padding). [`real`]
/// has the digits of a number with a fraction. `json_string`
/// escapes texts, so that an object is one line.
fn json_value(value: &Value, object: &mut Vec<u8>) {
    use std::io::Write;
    let range = -(LARGEST as i64)..=LARGEST as i64;
    // A write into a vector does not fail.
    let _ = match value {
        Value::Null => object.write_all(b"null"),
        Value::Integer(number) if range.contains(number) => {
            write!(object, "{number}")
        }
        Value::Integer(number) => write!(object, "\"{number}\""),
        Value::Real(number) => {
            let digits = real(*number);
            if number.is_finite() {
                write!(object, "{digits}")
            } else {
                write!(object, "\"{digits}\"")
            }
        }
        Value::Text(text) => {
            json_string(text, object);
            Ok(())
        }
        Value::Blob(bytes) => {
            let text = BASE64_STANDARD.encode(bytes);
            write!(object, "\"{text}\"")
        }
    };
}
