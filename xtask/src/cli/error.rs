//! How the runner ends: the exit codes and the errors that lead to them.

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

/// The exit codes, as `cargo xtask --help` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything passed.
    Passed = 0,
    /// Some check failed.
    Failed = 1,
    /// The command line was wrong.
    Usage = 2,
    /// This machine lacks something.
    Environment = 3,
    /// The runner itself is at fault, or a file around it that nobody is to change.
    Internal = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// What stopped a command: what happened, why it matters, what to type next.
#[derive(Debug)]
pub struct Error {
    exit: Exit,
    what: String,
    next: Option<String>,
}

/// The result of every command.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The command line cannot be followed.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// This machine lacks something that the command needs.
    pub fn environment(what: impl Into<String>) -> Self {
        Self::new(Exit::Environment, what)
    }

    /// The runner, or the workbook around it, is broken.
    pub fn internal(what: impl Into<String>) -> Self {
        Self::new(Exit::Internal, what)
    }

    /// A file operation failed; `doing` reads "read", "write", "create".
    pub fn file(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        let fault =
            Self::environment(format!("cannot {doing} {}: {error}", path.display()));
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                fault.next("free some space on the disk, then try again")
            }
            ErrorKind::PermissionDenied => fault.next(
                "make the file yours, or clone the workbook into a folder of yours",
            ),
            ErrorKind::NotFound => {
                fault.next(format!("if it was deleted: git restore {}", path.display()))
            }
            _ => fault,
        }
    }

    /// Adds what to type next.
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// What happened.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The exit code that this fault ends with.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            next: None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "xtask: {}", self.what)?;
        match &self.next {
            Some(next) => write!(f, "\nNext: {next}"),
            None => Ok(()),
        }
    }
}
