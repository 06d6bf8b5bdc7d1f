//! Uploads: receiving files.
//!
//! An upload is split into its parts ([`BoundaryScanner`]), and each
//! part is written to disk as it arrives ([`save`]). A file gets its
//! name only when it's complete, and a failed upload leaves nothing
//! behind. An import is an upload that this server fetches itself.
//! Chapter 13 serves [`router`].

mod error;
mod form;
mod http;
mod importing;
mod saving;

pub use error::{ImportError, UploadError};
pub use form::boundary::{BoundaryScanner, Scanned};
pub use form::file_name::FileName;
pub use form::limits::UploadLimits;
pub use form::multipart::{Incoming, Multipart};
pub use form::too_fine::ChunkCount;
pub use http::linger::lingering;
pub use http::router::{Uploads, named, router};
pub use importing::import::Importer;
pub use saving::byte_limit::ByteLimit;
pub use saving::draft::{Draft, TemporaryFile};
pub use saving::folder::{move_without_replacing, sync_folder};
pub use saving::gunzip::gunzip;
pub use saving::save::{Saved, save};
pub use saving::staging::clear_leftovers;
