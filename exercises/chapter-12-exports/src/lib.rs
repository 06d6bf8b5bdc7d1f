//! Exports: sending the rows of a database.
//!
//! A database fills the body of a response row by row
//! ([`rows_to_body`]), in one of three formats, and is never further
//! ahead of its client than a queue allows. Chapter 13 serves
//! [`router`].

mod cursor;
mod error;
mod formats;
mod handler;
mod rows;
mod sqlite;

pub use cursor::Cursor;
pub use error::ExportError;
pub use formats::csv::Csv;
pub use formats::format::Format;
pub use formats::json_array::JsonArray;
pub use formats::json_row::json_row;
pub use formats::ndjson::Ndjson;
pub use formats::row::{Row, Value};
pub use handler::router;
pub use rows::{BATCH, feed_rows, rows_to_body};
pub use sqlite::database::Database;
pub use sqlite::table_cursor::TableCursor;
