//! Mistakes in a page, with their locations.

use std::fmt;

/// One mistake in a source of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The file, relative to the workspace, with `/` between its parts.
    pub file: String,
    /// The line number in that file, starting at 1, or 0 for the whole file.
    pub line: usize,
    /// What is wrong, why it matters, and what to write instead.
    pub message: String,
}

impl Error {
    /// A file of the workspace that can't be used, and why.
    pub fn of_file(file: &str, error: &course::Error) -> Self {
        let (line, message) = match error {
            course::Error::Broken { line, what, .. } => {
                (line.unwrap_or(0), what.clone())
            }
            other => (0, other.to_string()),
        };
        Self {
            file: file.to_string(),
            line,
            message,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}: {}", self.file, self.message),
        }
    }
}

/// Every mistake in a build, so that an author can fix them all at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors(pub Vec<Error>);

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}
