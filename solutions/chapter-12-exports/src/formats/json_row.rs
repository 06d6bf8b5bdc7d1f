//! A row in JSON.

use std::fmt::Display;
use std::io::Write;

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
///
/// What JSON's numbers cannot hold leaves as a string: integers
/// beyond 2^53 - 1, infinities, and blobs in base64. A control
/// character in a text is escaped, so an object is one line.
pub fn json_row(row: &Row, output: &mut BytesMut) {
    // Chapter 9's `json_string` writes into a vector. One for the
    // whole row costs less than one for each value.
    let mut object = Vec::with_capacity(TYPICAL);
    for (at, (name, value)) in
        row.names.iter().zip(&row.values).enumerate()
    {
        object.push(if at == 0 { b'{' } else { b',' });
        json_string(name, &mut object);
        object.push(b':');
        match value {
            Value::Null => object.extend_from_slice(b"null"),
            Value::Integer(number) => {
                let exact = number.unsigned_abs() <= LARGEST;
                put_number(number, exact, &mut object);
            }
            Value::Real(number) => {
                let text = real(*number);
                put_number(&text, number.is_finite(), &mut object);
            }
            Value::Text(text) => put_string(text, &mut object),
            Value::Blob(bytes) => {
                let text = BASE64_STANDARD.encode(bytes);
                put_string(&text, &mut object);
            }
        }
    }
    if object.is_empty() {
        object.push(b'{');
    }
    object.push(b'}');
    output.put_slice(&object);
}

/// A string, with room for all of it at once: it may be long.
fn put_string(text: &str, object: &mut Vec<u8>) {
    object.reserve(text.len() + 2);
    json_string(text, object);
}

/// A number where JSON has one, else a string.
fn put_number(
    number: &impl Display,
    is_number: bool,
    object: &mut Vec<u8>,
) {
    // A write into a vector does not fail.
    let _ = match is_number {
        true => write!(object, "{number}"),
        false => write!(object, "\"{number}\""),
    };
}
