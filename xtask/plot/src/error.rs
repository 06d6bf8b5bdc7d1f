//! The errors that stop a plot: what happened, why, and what to type next.

use std::io;
use std::path::PathBuf;

/// Why a plot couldn't be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command line is invalid.
    #[error("{0}\nNext: cargo xtask plot --help")]
    Usage(String),
    /// The chapters can't be listed.
    #[error("{0}")]
    Chapters(#[from] course::Error),
    /// A chapter without a download server.
    #[error(
        "{chapter} doesn't have a download server to measure\n\
         Next: cargo xtask plot {servers}"
    )]
    NoServer {
        /// The chapter that was asked for.
        chapter: String,
        /// The chapters that have a server.
        servers: String,
    },
    /// The build failed, and cargo has printed its errors.
    #[error("{0} doesn't compile\nNext: fix the first error above, and plot again")]
    DoesNotCompile(String),
    /// Cargo cannot be started.
    #[error("cannot run cargo: {0}\nNext: install Rust from https://rustup.rs")]
    Cargo(io::Error),
    /// A server isn't listening.
    #[error("the server of {label} isn't listening: {why}\nNext: {next}")]
    ServerDidNotStart {
        /// Whose server.
        label: String,
        /// What to type.
        next: String,
        /// The lab's words, with the server's last lines.
        why: String,
    },
    /// A client got no response.
    #[error("the server of {label} didn't send the download: {why}\nNext: {next}")]
    NoDownload {
        /// Whose server.
        label: String,
        /// What to type.
        next: String,
        /// The client's words.
        why: String,
    },
    /// The server's memory can't be measured.
    #[error("can't measure the server of {label}: {why}")]
    Unwatched {
        /// Whose server.
        label: String,
        /// The sampler's words.
        why: String,
    },
    /// Node.js can't be run.
    #[error(
        "can't run Node.js: {0}\n\
         Next: install Node.js 24 or 26 from https://nodejs.org, or plot without --node"
    )]
    Node(String),
    /// A server used more memory than there was.
    #[error("the server of {label} {how}. {lesson}\nNext: {next}")]
    OutOfMemory {
        /// Whose server.
        label: String,
        /// How it was stopped.
        how: String,
        /// What that means.
        lesson: String,
        /// What to type.
        next: String,
    },
    /// A file operation failed.
    #[error("cannot {doing} {}: {error}\nNext: {}", path.display(), advice(error))]
    File {
        /// The operation.
        doing: &'static str,
        /// The path.
        path: PathBuf,
        /// The operating system's error.
        error: io::Error,
    },
    /// There's no room for the file that clients download.
    #[error(
        "can't create the file to download in {}: {error}\n\
         Next: free some space there, or set TMPDIR to a folder with more: \
         `TMPDIR=FOLDER cargo xtask plot`",
        path.display()
    )]
    Temporary {
        /// The folder for temporary files.
        path: PathBuf,
        /// The operating system's error.
        error: io::Error,
    },
    /// The figure couldn't be drawn.
    #[error("cannot draw: {0}")]
    Drawing(String),
    /// Ctrl-C was pressed.
    #[error("interrupted; every server was stopped, and nothing was written")]
    Interrupted,
    /// There's no chapter with a server.
    #[error("this workbook has no download server yet, so there is nothing to measure")]
    NothingMeasured,
}

/// Returns what to do about a file operation that failed.
fn advice(error: &io::Error) -> String {
    let is_full = matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    );
    if is_full {
        "free some space on that disk, or choose a folder on another one with \
         --out"
            .to_owned()
    } else {
        "choose another folder with --out".to_owned()
    }
}

impl From<programs::Error> for Error {
    fn from(error: programs::Error) -> Self {
        match error {
            programs::Error::Cargo(error) => Self::Cargo(error),
            programs::Error::DoesNotCompile(package) => Self::DoesNotCompile(package),
        }
    }
}

impl Error {
    /// The exit codes of `cargo xtask`.
    pub(crate) fn exit(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::NoServer { .. } | Self::NothingMeasured => 2,
            Self::File { .. }
            | Self::Temporary { .. }
            | Self::Chapters(_)
            | Self::Cargo(_)
            | Self::Node(_)
            | Self::OutOfMemory { .. } => 3,
            Self::Drawing(_) | Self::Unwatched { .. } => 4,
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_without_room_is_the_machines_and_named_with_the_way_out() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let path = || PathBuf::from("/somewhere/x");
        let doing = "write";
        let out = Error::File {
            doing,
            path: path(),
            error: full(),
        };
        let temporary = Error::Temporary {
            path: path(),
            error: full(),
        };
        for (fault, part) in [(out, "--out"), (temporary, "TMPDIR=FOLDER")] {
            assert_eq!(fault.exit(), 3);
            let told = fault.to_string();
            assert!(
                told.contains("/somewhere/x") && told.contains(part),
                "{told}"
            );
        }
    }
}
