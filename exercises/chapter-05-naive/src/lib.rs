//! Naive: the download server that everybody writes first.
//!
//! It answers `/download` with one file, and holds the whole
//! file in memory while it does. Its headers and its errors are
//! right, and later chapters keep them: chapter 8 replaces only
//! the body, chapter 10 takes [`DownloadError`] over.

mod config;
mod disposition;
mod error;
mod handler;
mod report;
mod router;

pub use config::{Config, ConfigError};
pub use error::DownloadError;
pub use handler::download;
pub use report::{noting, report};
pub use router::router;
