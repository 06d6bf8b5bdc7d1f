//! CSV: rows for a spreadsheet (RFC 4180).

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{BufMut, BytesMut};

use crate::formats::row::real;
use crate::{Format, Row, Value};

/// Writes rows as lines of fields, after a line with the names.
///
/// Every field in CSV is text. `NULL` is an empty field, and an empty
/// text is `""`, as in PostgreSQL; in a table with a single column,
/// both are `""`. A blob is written in base64. Integers are written
/// with all their digits, and other numbers with the digits that `real`
/// returns.
///
/// A spreadsheet takes text that begins with `=`, `+`, `-`, or `@` for
/// a formula, and a formula can send the contents of other cells to a
/// stranger. So such text gets a `'` in front. Text that begins with
/// `'` gets another one, so that removing one `'` always restores the
/// original.
#[derive(Debug)]
pub struct Csv {
    names: Arc<[String]>,
}

impl Csv {
    /// Makes a writer for rows with these columns. The line of names is
    /// written even if there are no rows.
    pub fn new(names: Arc<[String]>) -> Self {
        Self { names }
    }
}

impl Format for Csv {
    /// Writes the line of names. They're strings from the database, so
    /// they go through [`put_text`], too.
    fn start(&mut self, output: &mut BytesMut) {
        //? todo!("chapter 12: a line of {} names", self.names.len())
        // ANCHOR: cut-start
        for (at, name) in self.names.iter().enumerate() {
            separate(at, output);
            put_text(name, output);
        }
        output.put_slice(b"\r\n");
        // ANCHOR_END: cut-start
    }

    /// Writes one line for the row, which ends with CR LF.
    fn row(&mut self, row: &Row, output: &mut BytesMut) {
        //? todo!("chapter 12: a line of {} fields", row.values.len())
        // ANCHOR: cut-row
        for (at, value) in row.values.iter().enumerate() {
            separate(at, output);
            match value {
                // A reader would skip an empty line.
                Value::Null if row.values.len() == 1 => {
                    output.put_slice(b"\"\"");
                }
                Value::Null => {}
                Value::Integer(number) => {
                    output.put_slice(number.to_string().as_bytes());
                }
                Value::Real(number) => {
                    output.put_slice(real(*number).as_bytes());
                }
                Value::Text(text) => put_text(text, output),
                Value::Blob(bytes) => {
                    put_text(&BASE64_STANDARD.encode(bytes), output);
                }
            }
        }
        output.put_slice(b"\r\n");
        // ANCHOR_END: cut-row
    }

    fn end(&mut self, _: &mut BytesMut) {}
}

/// Writes a comma before every field except the first.
fn separate(at: usize, output: &mut BytesMut) {
    //? todo!("chapter 12: the comma before field {at}")
    // ANCHOR: cut-separate
    if at > 0 {
        output.put_u8(b',');
    }
    // ANCHOR_END: cut-separate
}

/// Writes a string. It's put in quotes if CSV or a spreadsheet would
/// misread it, and a quote inside it is written twice.
///
/// Quotes are needed around a string that contains a quote, a comma, or
/// a line break; around an empty string; around a string that begins or
/// ends with a space; and around a string that a spreadsheet would take
/// for a formula. A formula begins with `=`, `+`, `-`, `@`, a tab, or
/// CR. It also gets a `'` in front, and so does a string that begins
/// with `'`.
fn put_text(text: &str, output: &mut BytesMut) {
    //? todo!("chapter 12: the field {text:?}")
    // ANCHOR: cut-put_text
    let formula = ['=', '+', '-', '@', '\t', '\r', '\''];
    let defused = text.starts_with(formula);
    let special = ['"', ',', '\r', '\n'];
    let quoted = defused
        || text.is_empty()
        || text.starts_with(' ')
        || text.ends_with(' ')
        || text.contains(special);
    if !quoted {
        return output.put_slice(text.as_bytes());
    }
    output.put_u8(b'"');
    if defused {
        output.put_u8(b'\'');
    }
    output.put_slice(text.replace('"', "\"\"").as_bytes());
    output.put_u8(b'"');
    // ANCHOR_END: cut-put_text
}
