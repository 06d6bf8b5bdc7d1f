//! What can go wrong between a test and the browser.

use std::io;
use std::time::Duration;

/// The result of everything that asks the browser.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the browser did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program did not start, or ended before it could be spoken to.
    #[error("{program} didn't start: {reason}")]
    Start {
        /// The program that was started.
        program: String,
        /// What the system said, or the last lines that the program printed.
        reason: String,
    },
    /// The connection to the browser broke.
    #[error("the connection to the browser broke: {0}")]
    Connection(String),
    /// The browser refused a command of the DevTools protocol.
    #[error("the browser refused {method}: {reason}")]
    Refused {
        /// The command.
        method: String,
        /// What the browser said.
        reason: String,
    },
    /// An address could not be opened.
    #[error("{address} can't be opened: {reason}")]
    Unopened {
        /// The address.
        address: String,
        /// What the browser said.
        reason: String,
    },
    /// The script of a test threw an exception.
    #[error("the script threw: {0}")]
    Thrown(String),
    /// A deadline passed.
    #[error("{} s passed, and this was still awaited: {awaited}", .after.as_secs())]
    Deadline {
        /// What the wait was for, in words or as a condition.
        awaited: String,
        /// How long the wait was.
        after: Duration,
    },
    /// An answer of the browser lacks what the protocol promises.
    #[error("the response to {method} has no `{field}`")]
    Answer {
        /// The command.
        method: &'static str,
        /// The missing field.
        field: &'static str,
    },
    /// A file or folder of ours.
    #[error(transparent)]
    File(#[from] io::Error),
}
