//! Checks of the JSON array.

use bytes::BytesMut;
use exports::{Format, JsonArray, Row, Value};
use lab::Steps;
use tinyjson::JsonValue;

use crate::script::two;

/// Any number of rows makes one JSON value, and each part is
/// written behind what is there, or into an empty buffer.
pub fn none_one_and_many(steps: Steps) {
    for rows in [0, 1, 2, 3, 1000] {
        for batch in [1, 2, 7, usize::MAX] {
            steps.step(format!(
                "write {rows} rows, the buffer emptied at each {}",
                match batch {
                    usize::MAX => "end".to_owned(),
                    rows => format!("{rows} rows"),
                }
            ));
            let text = written(rows, batch);
            let parsed = text.parse::<JsonValue>();
            let what = format!("JSON: {}", shown(&text));
            let parsed = steps.succeeds(what, parsed);
            let Some(items) = parsed.get::<Vec<JsonValue>>() else {
                steps.fail("an array", shown(&text))
            };
            steps.equal("its rows", &items.len(), &rows);
            for (number, item) in items.iter().enumerate() {
                let id = item["id"].get::<f64>().copied();
                steps.equal("the number", &id, &Some(number as f64));
            }
        }
    }
    no_columns(&steps);
    steps.step("write behind what is there already");
    for before in ["before ", "before\n", "before,", "[", "]"] {
        let mut output = BytesMut::from(before);
        let mut array = JsonArray::default();
        array.start(&mut output);
        let opened = output[before.len()..].trim_ascii();
        steps.equal_bytes("an array that is open", opened, b"[");
        array.end(&mut output);
        let text = String::from_utf8_lossy(&output);
        let kept = text.strip_prefix(before);
        let kept = kept.map(|rest| rest.split_whitespace().collect());
        steps.equal("what is there", &kept, &Some("[]".to_owned()));
        // Each call of its own, and a batch that left in between.
        let mut output = BytesMut::from(before);
        array.end(&mut output);
        let kept = output.starts_with(before.as_bytes());
        steps.holds("what is there stays", kept);
    }
}

/// A row without columns is a row: some databases have those.
fn no_columns(steps: &Steps) {
    steps.step("write two rows without columns");
    let row = Row {
        names: [].into(),
        values: Vec::new(),
    };
    let (mut array, mut output) =
        (JsonArray::default(), BytesMut::new());
    array.start(&mut output);
    array.row(&row, &mut output);
    array.row(&row, &mut output);
    array.end(&mut output);
    let text = String::from_utf8_lossy(&output);
    let text: String = text.split_whitespace().collect();
    steps.equal("the array", &text.as_str(), &"[{},{}]");
}

fn written(rows: usize, batch: usize) -> String {
    let mut array = JsonArray::default();
    let (mut text, mut output) = (Vec::new(), BytesMut::new());
    array.start(&mut output);
    for number in 0..rows {
        if number % batch == 0 {
            text.extend_from_slice(&output.split());
        }
        let id = Value::Integer(number as i64);
        array.row(&two(id, Value::Null), &mut output);
    }
    if batch < usize::MAX {
        text.extend_from_slice(&output.split());
    }
    array.end(&mut output);
    text.extend_from_slice(&output);
    String::from_utf8_lossy(&text).into_owned()
}

/// The start and the end of a text.
fn shown(text: &str) -> String {
    if text.len() < 120 {
        return format!("{text:?}");
    }
    let cut = |range| text.get(range).unwrap_or_default();
    let end = text.len() - 40;
    format!("{:?} … {:?}", cut(0..40), cut(end..text.len()))
}
