//! Transfers: files come in, rows of a database go out.
//!
//! An upload is cut into parts ([`BoundaryScanner`]) and written
//! as it comes ([`save`]): unfinished, it has no name, and
//! whatever fails leaves nothing. An import is an upload that
//! this server fetches itself. An export is a body that a
//! database fills row by row. Chapter 12 serves [`router`].

mod answer;
mod boundary;
mod byte_limit;
mod draft;
mod error;
mod file_name;
mod gunzip;
mod import;
mod limits;
mod linger;
mod multipart;
mod router;
mod save;
mod url;

pub use boundary::{BoundaryScanner, Scanned};
pub use byte_limit::ByteLimit;
pub use draft::{Draft, TemporaryFile};
pub use error::{ImportError, UploadError};
pub use file_name::FileName;
pub use gunzip::gunzip;
pub use import::Importer;
pub use limits::UploadLimits;
pub use multipart::{Incoming, Multipart};
pub use router::{Transfers, router};
pub use save::{Saved, save};
