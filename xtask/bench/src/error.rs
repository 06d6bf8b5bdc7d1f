//! What can stop a benchmark: what happened, why, and what to type next.

use std::io;
use std::path::PathBuf;

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command line.
    #[error("{0}\nNext: cargo xtask bench --help")]
    Usage(String),
    /// Cargo gave no program; its own words stand above.
    #[error("{0}\nNext: fix the first error above, and try again")]
    NoProgram(#[from] programs::Error),
    /// A server does not start.
    #[error("{server} doesn't start: {why}\nNext: try without it: --only")]
    ServerDidNotStart {
        /// Which.
        server: String,
        /// The words of whoever started it.
        why: String,
    },
    /// A download failed.
    #[error("{server} didn't send the download: {why}")]
    NoDownload {
        /// Whose.
        server: String,
        /// The client's words.
        why: String,
    },
    /// A file operation.
    #[error("cannot {doing} {}: {error}", path.display())]
    File {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The figure.
    #[error("cannot draw: {0}")]
    Drawing(String),
}

impl Error {
    /// The exit codes of `cargo xtask`.
    pub(crate) fn exit(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::File { .. } => 3,
            Self::Drawing(_) => 4,
            _ => 1,
        }
    }
}
