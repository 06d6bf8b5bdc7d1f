//! Exports of chapter 12, read back by the libraries that everybody uses.

use bytes::BytesMut;
use data_encoding::BASE64;
use exports::{Csv, Format, JsonArray, Ndjson, Row, Value};
use lab::random::Random;
use serde_json::Value as Json;

const ROWS: usize = 5000;
/// What texts are made of: all that means something in either format, and more.
const LETTERS: &[char] = &[
    '"', '\\', ',', ';', '\r', '\n', '\t', '\'', '=', '+', '-', '@', ' ', 'a', '0',
    '/', '\0', '\u{7}', '\u{1f}', '\u{7f}', '\u{85}', '\u{2028}', '\u{feff}', 'é', '€',
    '👍',
];

#[test]
fn serde_json_reads_every_value_back() {
    let rows = rows();
    let array: Json = serde_json::from_slice(&written(JsonArray::default(), &rows))
        .expect("the array is JSON");
    let array = array.as_array().expect("an array");
    assert_eq!(array.len(), rows.len());
    let lines = written(Ndjson, &rows);
    let lines = std::str::from_utf8(&lines).expect("UTF-8");
    let lines: Vec<_> = lines.split_terminator('\n').collect();
    assert_eq!(lines.len(), rows.len());
    for ((row, item), line) in rows.iter().zip(array).zip(lines) {
        let same: Json = serde_json::from_str(line).expect("a line is JSON");
        assert_eq!(&same, item);
        for (name, value) in row.names.iter().zip(&row.values) {
            assert!(
                means(&item[name], value),
                "{value:?} came as {}",
                item[name]
            );
        }
    }
}

#[test]
fn the_csv_crate_reads_every_value_back() {
    let rows = rows();
    let text = written(Csv::new(rows[0].names.clone()), &rows);
    let mut reader = csv::Reader::from_reader(&text[..]);
    let names = reader.headers().expect("names").clone();
    assert_eq!(names.iter().collect::<Vec<_>>(), ["a", "b", "c"]);
    let mut count = 0;
    for (record, row) in reader.records().zip(&rows) {
        let record = record.expect("a record");
        for (field, value) in record.iter().zip(&row.values) {
            let plain = field.strip_prefix('\'').unwrap_or(field);
            let expected = match value {
                Value::Null => String::new(),
                Value::Integer(number) => number.to_string(),
                Value::Real(number) => {
                    let read: f64 = field.parse().expect("a number");
                    let same = read == *number || read.is_nan() && number.is_nan();
                    assert!(same, "{number:?} came as {field}");
                    continue;
                }
                Value::Text(text) => text.clone(),
                Value::Blob(bytes) => BASE64.encode(bytes),
            };
            assert_eq!(plain, expected);
        }
        count += 1;
    }
    assert_eq!(count, rows.len());
}

/// Whether a value of JSON is what was written.
fn means(item: &Json, value: &Value) -> bool {
    match value {
        Value::Null => item.is_null(),
        Value::Integer(number) => {
            let exact = number.unsigned_abs() < 1 << 53;
            let text = number.to_string();
            item.as_i64() == Some(*number) && exact
                || item.as_str() == Some(&text) && !exact
        }
        // Without its feature `float_roundtrip`, serde_json may be off by the last
        // bits; the checks of the chapter read these bit by bit.
        Value::Real(number) if number.is_finite() => {
            let bits = number.to_bits();
            item.as_f64()
                .is_some_and(|read| read.to_bits().abs_diff(bits) <= 4)
        }
        Value::Real(number) => {
            let read = item.as_str().and_then(|text| text.parse::<f64>().ok());
            read.is_some_and(|read| read == *number || read.is_nan() && number.is_nan())
        }
        Value::Text(text) => item.as_str() == Some(text),
        Value::Blob(bytes) => {
            let text = item.as_str().unwrap_or("!");
            BASE64
                .decode(text.as_bytes())
                .is_ok_and(|read| read == *bytes)
        }
    }
}

fn written(mut format: impl Format, rows: &[Row]) -> BytesMut {
    let mut output = BytesMut::new();
    format.start(&mut output);
    for row in rows {
        format.row(row, &mut output);
    }
    format.end(&mut output);
    output
}

fn rows() -> Vec<Row> {
    let names: std::sync::Arc<[String]> = ["a", "b", "c"].map(str::to_owned).into();
    let mut random = Random::new(211);
    let mut row = || Row {
        names: names.clone(),
        values: (0..3).map(|_| value(&mut random)).collect(),
    };
    (0..ROWS).map(|_| row()).collect()
}

fn value(random: &mut Random) -> Value {
    let length = random.below(8);
    match random.below(6) {
        0 => Value::Null,
        1 => Value::Integer((random.number() as i64) >> random.below(64)),
        2 => Value::Real(f64::from_bits(random.number())),
        3 => Value::Blob((0..length).map(|_| random.number() as u8).collect()),
        _ => {
            let letter = |_| LETTERS[random.below(LETTERS.len())];
            Value::Text((0..length).map(letter).collect())
        }
    }
}
