//! The errors that stop the runner, and its exit codes.

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
    /// Something is missing on this machine.
    Environment = 3,
    /// The runner itself is broken, or a file of the workbook that nobody should
    /// change.
    Internal = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// The error that stopped a command: what happened, and what to type next.
#[derive(Debug)]
pub struct Error {
    exit: Exit,
    what: String,
    next: Option<String>,
}

/// The result of every command.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Returns an error for a command line that can't be carried out.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// Returns an error for something that the command needs and that's missing on this
    /// machine.
    pub fn environment(what: impl Into<String>) -> Self {
        Self::new(Exit::Environment, what)
    }

    /// Returns an error for a fault in the runner, or in the workbook around it.
    pub fn internal(what: impl Into<String>) -> Self {
        Self::new(Exit::Internal, what)
    }

    /// Returns an error for a file operation that failed. `doing` is "read", "write",
    /// or "create".
    pub fn file(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        let fault =
            Self::environment(format!("can't {doing} {}: {error}", path.display()));
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                fault.next("free some space on the disk, then try again")
            }
            ErrorKind::PermissionDenied => fault.next(
                "make yourself the owner of the file, or clone the workbook into a folder of your own",
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

    /// Returns the exit code for this error.
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
