//! A file of the workbook that can't be used.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file can't be used.
#[derive(Debug)]
pub enum Error {
    /// The operating system doesn't hand it out.
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It isn't there, or its text is wrong.
    Broken {
        /// The file.
        path: PathBuf,
        /// The line, from 1, where one is at fault.
        line: Option<usize>,
        /// What is wrong with it: "is missing", or with a line, "`why` is missing".
        what: String,
    },
}

/// The result of reading a file of the workbook.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn read(path: &Path, error: io::Error) -> Self {
        Self::Read {
            path: path.to_owned(),
            error,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, error } => {
                write!(f, "cannot read {}: {error}", path.display())
            }
            Self::Broken { path, line, what } => match line {
                Some(line) => write!(f, "{}:{line}: {what}", path.display()),
                None => write!(f, "{} {what}", path.display()),
            },
        }
    }
}

impl std::error::Error for Error {}
