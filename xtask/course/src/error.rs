//! A file of the workbook that can't be used.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file can't be used.
#[derive(Debug)]
pub enum Error {
    /// The operating system can't read it.
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's error.
        error: io::Error,
    },
    /// It doesn't exist, or its text is wrong.
    Broken {
        /// The file.
        path: PathBuf,
        /// The line with the mistake, counted from 1, if there is one.
        line: Option<usize>,
        /// What's wrong with it: "is missing", for example, or "`why` is missing" for a
        /// line.
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
                write!(f, "can't read {}: {error}", path.display())
            }
            Self::Broken { path, line, what } => match line {
                Some(line) => write!(f, "{}:{line}: {what}", path.display()),
                None => write!(f, "{} {what}", path.display()),
            },
        }
    }
}

impl std::error::Error for Error {}
