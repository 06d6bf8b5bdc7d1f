//! Checks of the given formats: what a reader gets back.

use bytes::BytesMut;
use exports::{Csv, Format, JsonArray, Ndjson, Row, Value, json_row};
use lab::Steps;
use lab::random::Random;
use tinyjson::JsonValue;

use crate::csv_reader::records;
use crate::script::two;

/// Texts that mean something to some reader.
const TEXTS: [&str; 28] = [
    "",
    " ",
    "a",
    " a ",
    "a,b",
    "a;b",
    "a\tb",
    "\"",
    "\"\"",
    "a\"b",
    "a\\b",
    "line\nfeed",
    "carriage\rreturn",
    "both\r\nof them",
    "\n",
    "nul\u{0}and bell\u{7}",
    "\u{7f}\u{85}\u{2028}\u{2029}\u{feff}",
    "naïve € 文 👍",
    "NULL",
    "null",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "'quoted",
    "\nline",
    " =1",
];

/// Numbers with a fraction, and as few digits as read back to them.
const DIGITS: [(f64, &str); 9] = [
    (0.1, "0.1"),
    (-2.5, "-2.5"),
    (1.0, "1.0"),
    (-0.0, "-0.0"),
    (100.0, "100.0"),
    (1e16, "1e16"),
    (1e300, "1e300"),
    (5e-324, "5e-324"),
    (f64::MAX, "1.7976931348623157e308"),
];

pub fn reads_back(steps: Steps) {
    let mut texts: Vec<String> =
        TEXTS.iter().map(ToString::to_string).collect();
    let mut random = Random::new(11);
    let letters = ['"', ',', '\r', '\n', '\'', '=', 'a', '€', ' '];
    for _ in 0..500 {
        let length = random.below(6);
        let letter = |_| letters[random.below(letters.len())];
        texts.push((0..length).map(letter).collect());
    }
    steps.step("texts in the array");
    let row = |text: &String| {
        two(Value::Integer(1), Value::Text(text.clone()))
    };
    let mut output = BytesMut::new();
    let mut array = JsonArray::default();
    array.start(&mut output);
    for text in &texts {
        array.row(&row(text), &mut output);
    }
    array.end(&mut output);
    let items = json(&steps, &String::from_utf8_lossy(&output));
    for (at, text) in texts.iter().enumerate() {
        let note = items[at]["note"].get::<String>();
        steps.equal("the text", &note, &Some(text));
    }
    steps.step("texts in NDJSON: one line each, and the same text");
    for text in &texts {
        let line = written(Ndjson, &row(text));
        let ends = line.matches('\n').count();
        steps.equal(format!("lines of {text:?}"), &ends, &1);
        let item = json(&steps, &line);
        let note = item["note"].get::<String>();
        steps.equal("the text", &note, &Some(text));
        let row = Row {
            names: [text.clone()].into(),
            values: vec![Value::Integer(1)],
        };
        let line = written(Ndjson, &row);
        let item = json(&steps, &line);
        let named = item[text.as_str()].get::<f64>();
        steps.equal(format!("{text:?} as a name"), &named, &Some(&1.0));
    }
    steps.step("texts in CSV: the same text behind one '");
    for text in &texts {
        for row in [
            two(Value::Integer(1), Value::Text(text.clone())),
            two(Value::Text(text.clone()), Value::Null),
        ] {
            let line = csv(&row);
            let read = records(&line);
            let what = format!("CSV: {line:?}");
            let read = steps.succeeds(what, read);
            steps.equal("lines with the names", &read.len(), &2);
            for (value, field) in row.values.iter().zip(&read[1]) {
                if let Value::Text(text) = value {
                    let (seen, _) = field;
                    let formula = ['=', '+', '-', '@', '\t', '\r'];
                    let defused = !seen.starts_with(formula);
                    let what = format!("{seen:?} is no formula");
                    steps.holds(what, defused);
                    let plain = seen.strip_prefix('\'');
                    let plain = plain.unwrap_or(seen);
                    steps.equal("the text", plain, text.as_str());
                    let harmless = !text.starts_with('\'')
                        && !text.starts_with(formula);
                    if harmless {
                        let what = "a text that nothing would run";
                        steps.equal(what, seen, text);
                    }
                }
            }
        }
    }
    steps.step("a blank at an end of a text in CSV");
    for text in [" a", "a ", " "] {
        let (_, quoted) = field(&steps, Value::Text(text.to_owned()));
        steps.holds(format!("{text:?} is in quotes"), quoted);
    }
    steps.step("NULL is no text");
    let line = csv(&two(Value::Null, Value::Text(String::new())));
    let read = steps.succeeds("CSV", records(&line));
    let (null, empty) = (&read[1][0], &read[1][1]);
    steps.equal("NULL", null, &(String::new(), false));
    steps.equal("an empty text", empty, &(String::new(), true));
    let item = json(
        &steps,
        &written(Ndjson, &two(Value::Null, Value::Text("null".into()))),
    );
    steps.holds("NULL in JSON", item["id"].is_null());
    steps.holds("a text in JSON", item["note"].is_string());
    steps.step("a table of one column keeps its rows of NULL");
    let row = Row {
        names: ["a".to_owned()].into(),
        values: vec![Value::Null],
    };
    let text = csv(&row);
    let blank = text.split("\r\n").filter(|line| line.is_empty());
    steps.equal("blank lines but the last", &(blank.count() - 1), &0);
    in_csv(&steps);
    steps.step("a table without rows has its names");
    let mut output = BytesMut::new();
    let names = ["a,b".to_owned(), "=c".to_owned()];
    let mut format = Csv::new(names.into());
    format.start(&mut output);
    format.end(&mut output);
    let text = String::from_utf8_lossy(&output);
    let read = steps.succeeds("CSV", records(&text));
    let names: Vec<_> =
        read[0].iter().map(|(name, _)| name.as_str()).collect();
    steps.equal("the names", &names, &["a,b", "'=c"]);
}

/// What a number of JSON cannot hold leaves as a text.
pub fn numbers_and_blobs(steps: Steps) {
    let exact = (1_i64 << 53) - 1;
    steps.step("integers");
    for number in [0, 1, -1, 42, exact, -exact] {
        let item = item(&steps, Value::Integer(number));
        let seen = item.get::<f64>().copied();
        steps.equal("a number", &seen, &Some(number as f64));
    }
    for number in [exact + 1, -exact - 1, i64::MAX, i64::MIN] {
        let item = item(&steps, Value::Integer(number));
        let seen = item.get::<String>().cloned();
        steps.equal("a text", &seen, &Some(number.to_string()));
    }
    steps.step("numbers with a fraction");
    for number in [
        0.1,
        -2.5,
        1.0,
        -0.0,
        1e300,
        5e-324,
        f64::MAX,
        0.1 + 0.2,
        9_007_199_254_740_993.0,
    ] {
        let item = item(&steps, Value::Real(number));
        let seen = item.get::<f64>().map(|seen| seen.to_bits());
        let what = format!("{number:?}, bit by bit");
        steps.equal(what, &seen, &Some(number.to_bits()));
    }
    steps.step("the digits of numbers with a fraction");
    for (number, digits) in DIGITS {
        let row = two(Value::Integer(1), Value::Real(number));
        let line = written(Ndjson, &row);
        let value = line.split_once("\"note\":");
        let value = value.and_then(|(_, it)| it.strip_suffix("}\n"));
        steps.equal("the digits in JSON", &value, &Some(digits));
    }
    steps.step("what isn't a number in JSON");
    for (number, name) in [
        (f64::INFINITY, "Infinity"),
        (f64::NEG_INFINITY, "-Infinity"),
        (f64::NAN, "NaN"),
    ] {
        let item = item(&steps, Value::Real(number));
        let seen = item.get::<String>().cloned();
        steps.equal("its name", &seen.as_deref(), &Some(name));
    }
    steps.step("blobs of every length and every byte");
    for length in [0, 1, 2, 3, 4, 5, 255, 1000] {
        let bytes: Vec<u8> =
            (0..length).map(|at| (at * 7 + 248) as u8).collect();
        let item = item(&steps, Value::Blob(bytes.clone()));
        let text = item.get::<String>().cloned().unwrap_or_default();
        let decoded = decoded(&text);
        steps.equal_bytes("the bytes", &decoded, &bytes);
    }
}

/// A value in an object, as `json_row` writes it.
fn item(steps: &Steps, value: Value) -> JsonValue {
    let row = two(Value::Integer(1), value);
    let mut output = BytesMut::new();
    json_row(&row, &mut output);
    let text = String::from_utf8_lossy(&output).into_owned();
    json(steps, &text)["note"].clone()
}

/// The same numbers and bytes in CSV.
fn in_csv(steps: &Steps) {
    steps.step("numbers and blobs in CSV: as in JSON");
    for number in [0, -1, i64::MAX, i64::MIN] {
        both(steps, Value::Integer(number));
    }
    for number in [0.1, -2.5, 1.0, 1e300, f64::INFINITY, f64::NAN] {
        both(steps, Value::Real(number));
    }
    for length in [0, 1, 2, 3, 255] {
        both(steps, Value::Blob((0..length).collect()));
    }
    steps.step("the digits of numbers in CSV");
    for (number, digits) in DIGITS {
        let (seen, _) = field(steps, Value::Real(number));
        steps.equal("the digits in CSV", &seen.as_str(), &digits);
    }
    blobs(steps);
}

/// Base64 is a text like others: it may begin with `+`, and it may
/// be empty.
fn blobs(steps: &Steps) {
    steps.step("a blob in CSV is no formula");
    for first in 0..=255 {
        let blob = Value::Blob(vec![first, 0, 0]);
        let item = item(steps, blob.clone());
        let text = item.get::<String>().cloned().unwrap_or_default();
        let (seen, _) = field(steps, blob);
        let formula = seen.starts_with(['=', '+', '-', '@']);
        steps.holds(format!("{seen:?} is no formula"), !formula);
        let plain = seen.strip_prefix('\'').unwrap_or(&seen);
        steps.equal("the blob in CSV", plain, text.as_str());
    }
    steps.step("an empty blob in CSV is no NULL");
    let empty = field(steps, Value::Blob(Vec::new()));
    steps.equal("an empty blob", &empty, &(String::new(), true));
    let row = Row {
        names: ["a".to_owned()].into(),
        values: vec![Value::Blob(Vec::new())],
    };
    let text = csv(&row);
    let blank = text.split("\r\n").filter(|line| line.is_empty());
    steps.equal("blank lines but the last", &(blank.count() - 1), &0);
}

/// A value in CSV: its field, and whether it stood in quotes.
fn field(steps: &Steps, value: Value) -> (String, bool) {
    let row = two(Value::Integer(1), value);
    let read = steps.succeeds("CSV", records(&csv(&row)));
    read[1][1].clone()
}

/// Writes a value as JSON and as CSV. The CSV must say the same.
fn both(steps: &Steps, value: Value) {
    let item = item(steps, value.clone());
    let row = two(Value::Integer(1), value);
    let read = steps.succeeds("CSV", records(&csv(&row)));
    let (seen, _) = &read[1][1];
    if let Value::Blob(_) = &row.values[1] {
        let text = item.get::<String>().cloned().unwrap_or_default();
        let plain = seen.strip_prefix('\'').unwrap_or(seen);
        return steps.equal("the blob in CSV", plain, text.as_str());
    }
    match item.get::<f64>() {
        Some(number) => {
            let seen = seen.parse::<f64>().map(f64::to_bits);
            let what = "the number in CSV";
            let seen = steps.succeeds(what, seen);
            steps.equal(what, &seen, &number.to_bits());
        }
        None => {
            let text = item.get::<String>().cloned();
            steps.equal("in CSV", &Some(seen.clone()), &text);
        }
    }
}

fn json(steps: &Steps, line: &str) -> JsonValue {
    let parsed = line.trim_end_matches('\n').parse::<JsonValue>();
    steps.succeeds(format!("JSON: {line:?}"), parsed)
}

/// A row and what is around it.
fn written(mut format: impl Format, row: &Row) -> String {
    let mut output = BytesMut::new();
    format.start(&mut output);
    format.row(row, &mut output);
    format.end(&mut output);
    String::from_utf8_lossy(&output).into_owned()
}

fn csv(row: &Row) -> String {
    written(Csv::new(row.names.clone()), row)
}

/// The bytes of base64. What is no letter of it is left out, and
/// the bytes are wrong then.
fn decoded(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for six in text.bytes().filter_map(value) {
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    bytes
}
