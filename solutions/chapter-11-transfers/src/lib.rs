//! Transfers: files come in, rows of a database go out.
//!
//! An upload is cut into parts ([`BoundaryScanner`]) and written
//! as it comes ([`save`]): unfinished, it has no name, and
//! whatever fails leaves nothing. An import is an upload that
//! this server fetches itself. An export is a body that a
//! database fills row by row. Chapter 13 serves [`router`].

mod answer;
mod boundary;
mod byte_limit;
mod connect;
mod csv;
mod cursor;
mod database;
mod disposition;
mod draft;
mod error;
mod export_error;
mod exports;
mod file_name;
mod format;
mod gunzip;
mod identity;
mod import;
mod json_array;
mod json_row;
mod limits;
mod linger;
mod multipart;
mod ndjson;
mod router;
mod row;
mod rows;
mod save;
mod staging;
mod table_cursor;
mod too_fine;
mod url;

pub use boundary::{BoundaryScanner, Scanned};
pub use byte_limit::ByteLimit;
pub use csv::Csv;
pub use cursor::Cursor;
pub use database::Database;
pub use draft::{Draft, TemporaryFile};
pub use error::{ImportError, UploadError};
pub use export_error::ExportError;
pub use file_name::FileName;
pub use format::Format;
pub use gunzip::gunzip;
pub use import::Importer;
pub use json_array::JsonArray;
pub use json_row::json_row;
pub use limits::UploadLimits;
pub use multipart::{Incoming, Multipart};
pub use ndjson::Ndjson;
pub use router::{Transfers, router};
pub use row::{Row, Value};
pub use rows::{BATCH, feed_rows, rows_to_body};
pub use save::{Saved, save};
pub use staging::clear_leftovers;
pub use table_cursor::TableCursor;
pub use too_fine::ChunkCount;
