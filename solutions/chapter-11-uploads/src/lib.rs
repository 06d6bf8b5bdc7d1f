//! Uploads: files come in.
//!
//! An upload is split into parts ([`BoundaryScanner`]) and written
//! as it comes ([`save`]): until it is complete it has no name,
//! and whatever fails leaves nothing behind. An import is an
//! upload that this server fetches itself. Chapter 13 serves
//! [`router`].

mod answer;
mod boundary;
mod byte_limit;
mod disposition;
mod draft;
mod error;
mod file_name;
mod gunzip;
mod identity;
mod import;
mod limits;
mod linger;
mod multipart;
mod router;
mod save;
mod staging;
mod too_fine;
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
pub use router::{Uploads, router};
pub use save::{Saved, save};
pub use staging::clear_leftovers;
pub use too_fine::ChunkCount;
