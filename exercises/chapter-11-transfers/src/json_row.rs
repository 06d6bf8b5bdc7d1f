//! A row in JSON.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{BufMut, BytesMut};
use pipelines::json_string;

use crate::row::real;
use crate::{Row, Value};

/// The largest integer up to which each has a number of its own
/// in JavaScript, and in most other readers of JSON.
const LARGEST: u64 = (1 << 53) - 1;

/// Writes a row as an object, without a line end, such as
/// `{"id":1,"name":"a"}`.
///
/// What JSON's numbers cannot hold leaves as a string: integers
/// beyond 2^53 - 1, infinities, and blobs in base64. A control
/// character in a text is escaped, so an object is one line.
pub fn json_row(row: &Row, output: &mut BytesMut) {
    for (at, (name, value)) in
        row.names.iter().zip(&row.values).enumerate()
    {
        output.put_u8(if at == 0 { b'{' } else { b',' });
        put_string(name, output);
        output.put_u8(b':');
        match value {
            Value::Null => output.put_slice(b"null"),
            Value::Integer(number) => {
                let exact = number.unsigned_abs() <= LARGEST;
                put_number(&number.to_string(), exact, output);
            }
            Value::Real(number) => {
                put_number(&real(*number), number.is_finite(), output);
            }
            Value::Text(text) => put_string(text, output),
            Value::Blob(bytes) => {
                put_string(&BASE64_STANDARD.encode(bytes), output)
            }
        }
    }
    if row.names.is_empty() || row.values.is_empty() {
        output.put_u8(b'{');
    }
    output.put_u8(b'}');
}

/// A number where JSON has one, else a string.
fn put_number(text: &str, is_number: bool, output: &mut BytesMut) {
    if is_number {
        output.put_slice(text.as_bytes());
    } else {
        put_string(text, output);
    }
}

/// Chapter 9's string, quotes included.
fn put_string(text: &str, output: &mut BytesMut) {
    let mut string = Vec::with_capacity(text.len() + 2);
    json_string(text, &mut string);
    output.put_slice(&string);
}
