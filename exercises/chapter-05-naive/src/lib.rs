//! Naive: the download server that everyone writes first.
//!
//! It responds to `/download` with one file, and holds the whole file
//! in memory while it does. Its headers and its errors are right, so
//! later chapters keep them: chapter 8 replaces only the body, and
//! chapter 10 builds on [`DownloadError`].

mod config;
mod error;
mod handler;
mod headers;
mod program;
mod report;
mod router;

pub use config::{Config, ConfigError};
pub use error::DownloadError;
pub use handler::download;
pub use headers::headers;
pub use program::{banner, command_line};
pub use report::{noting, report};
pub use router::router;
