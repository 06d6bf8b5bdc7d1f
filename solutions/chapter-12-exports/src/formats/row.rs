//! Rows: the results of a query, one after the other.
//!
//! We provide this file: its types hold what every database can return.

use std::sync::Arc;

/// One value of a row, of a type that SQLite has. Other databases have
/// more types, but their values are all numbers, text, or bytes.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value, which isn't the same as 0 or an empty string.
    Null,
    /// A whole number of 64 bits.
    Integer(i64),
    /// A number with a fraction. It may be infinite.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes that aren't text.
    Blob(Vec<u8>),
}

/// One row. All rows of a table share the names.
#[derive(Debug, Clone)]
pub struct Row {
    /// The names of the columns, in order.
    pub names: Arc<[String]>,
    /// The values, one for each name, in the same order.
    pub values: Vec<Value>,
}

impl Value {
    /// Returns about how much memory the value takes, in bytes.
    pub(crate) fn size(&self) -> usize {
        let inner = match self {
            Self::Text(text) => text.len(),
            Self::Blob(bytes) => bytes.len(),
            Self::Null | Self::Integer(_) | Self::Real(_) => 0,
        };
        size_of::<Self>() + inner
    }
}

/// Returns the digits of a number with a fraction: as few as are needed
/// to read back the same number, as in `0.1`, `1e300`, and `1.0`.
/// Infinities and NaN become `Infinity`, `-Infinity`, and `NaN`, which
/// JSON can hold only as strings, and which JavaScript's `Number`
/// understands.
pub(crate) fn real(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        let sign = if number < 0.0 { "-" } else { "" };
        format!("{sign}Infinity")
    } else {
        format!("{number:?}")
    }
}
