//! Exports: the rows of a database go out.
//!
//! A body that a database fills row by row ([`rows_to_body`]), in
//! one of three formats, and never further ahead of its client
//! than a queue allows. Chapter 13 serves [`router`].

mod connect;
mod csv;
mod cursor;
mod database;
mod error;
mod format;
mod handler;
mod json_array;
mod json_row;
mod ndjson;
mod row;
mod rows;
mod table_cursor;

pub use csv::Csv;
pub use cursor::Cursor;
pub use database::Database;
pub use error::ExportError;
pub use format::Format;
pub use handler::router;
pub use json_array::JsonArray;
pub use json_row::json_row;
pub use ndjson::Ndjson;
pub use row::{Row, Value};
pub use rows::{BATCH, feed_rows, rows_to_body};
pub use table_cursor::TableCursor;
