//! Rows: what a query gives, one after the other.
//!
//! Given: what every database gives.

use std::sync::Arc;

/// One value of a row, of the kinds that SQLite has. Other
/// databases have more; they are all numbers, texts or bytes.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing is known. Not the same as 0, or as an empty text.
    Null,
    /// A whole number of 64 bits.
    Integer(i64),
    /// A number with a fraction. It may be infinite.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes that are no text.
    Blob(Vec<u8>),
}

/// One row. All rows of a table share the names.
#[derive(Debug, Clone)]
pub struct Row {
    /// The names of the columns, in order.
    pub names: Arc<[String]>,
    /// As many values, in the same order.
    pub values: Vec<Value>,
}

impl Value {
    /// About how much memory this takes, in bytes.
    pub(crate) fn size(&self) -> usize {
        let inner = match self {
            Self::Text(text) => text.len(),
            Self::Blob(bytes) => bytes.len(),
            Self::Null | Self::Integer(_) | Self::Real(_) => 0,
        };
        size_of::<Self>() + inner
    }
}

/// The digits of a number with a fraction: as few as read back to
/// the same number, as in `0.1`, `1e300` and `1.0`. JSON has no
/// other names for `Infinity`, `-Infinity` and `NaN` than these,
/// as texts: so JavaScript's `Number` reads them.
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
