//! Resumable uploads: a file comes in over as many connections as it
//! takes.
//!
//! [`router`] serves a subset of "Resumable Uploads for HTTP"
//! (draft-ietf-httpbis-resumable-upload-12). What arrived stays,
//! whatever breaks, and a client that comes back asks how much that
//! is. Only the public names are checked. Everything else is a
//! proposal: throw it away if you have a better design.

mod append;
mod error;
mod fields;
mod handlers;
mod settings;
mod store;
mod sweep;
mod turns;

pub use error::ResumableError;
pub use handlers::router;
pub use settings::{Disk, PlainDisk, Settings, Uploads};
pub use sweep::remove_abandoned;
