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
    let (text, is_number) = match value {
        Value::Null => ("null".to_owned(), true),
        Value::Integer(number) => {
            let exact = i64::try_from(LARGEST)
                .is_ok_and(|most| (-most..=most).contains(number));
            (number.to_string(), exact)
        }
        Value::Real(number) => (real(*number), number.is_finite()),
        Value::Text(text) => (text.clone(), false),
        Value::Blob(bytes) => (BASE64_STANDARD.encode(bytes), false),
    };
    if is_number {
        object.extend(text.bytes());
    } else {
        json_string(&text, object);
    }
}
