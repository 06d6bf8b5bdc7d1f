//! Transfers: files come in, rows of a database go out.
//!
//! An upload is cut into parts ([`BoundaryScanner`]) and written
//! as it comes (`save`): unfinished, it has no name, and
//! whatever fails leaves nothing. An import is an upload that
//! this server fetches itself. An export is a body that a
//! database fills row by row. Chapter 12 serves `router`.

mod boundary;
mod byte_limit;
mod error;
mod file_name;
mod limits;

pub use boundary::{BoundaryScanner, Scanned};
pub use byte_limit::ByteLimit;
pub use error::{ImportError, UploadError};
pub use file_name::FileName;
pub use limits::UploadLimits;
