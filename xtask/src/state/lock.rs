//! A lock that allows only one run at a time, because two runs would build over each
//! other and mix up their verdicts.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::sync::Once;

use course::complain;

use crate::chapter::workspace::Workspace;
use crate::cli::error::{Error, Result};

/// Held while a command runs or changes learner code. The operating system releases it
/// when the process exits, however that happens.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock. If it's taken, prints which process it waits for. If there are
    /// no locks on this file system, prints a warning and continues, as cargo does.
    pub fn take(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.state();
        fs::create_dir_all(&folder)
            .map_err(|error| Error::file("create", &folder, &error))?;
        let path = folder.join("lock");
        let fault = |error: &io::Error| Error::file("lock", &path, error);
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| fault(&error))?;
        let taken = match file.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The number only helps the reader, so it may be empty.
                let _ = file.read_to_string(&mut holder);
                complain!("{}", waiting(&holder));
                file.lock()
            }
            Err(TryLockError::Error(error)) => Err(error),
        };
        match taken {
            Ok(()) => {}
            Err(error) if are_unknown(&error) => warn(&error),
            Err(error) => return Err(fault(&error)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        written.map_err(|error| fault(&error))?;
        Ok(Self { _file: file })
    }
}

/// Returns the message while waiting. The holder writes its number just after it has
/// taken the lock, so the number may still be missing.
fn waiting(holder: &str) -> String {
    match holder.trim() {
        "" => "Waiting for another run to finish.".to_owned(),
        number => format!("Waiting for another run (process {number}) to finish."),
    }
}

/// Returns whether the error means that the file system has no locks, as on some
/// network drives.
#[cfg(unix)]
fn are_unknown(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let unknown = [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::NOLCK];
    Errno::from_io_error(error).is_some_and(|error| unknown.contains(&error))
}

#[cfg(not(unix))]
fn are_unknown(error: &io::Error) -> bool {
    /// `ERROR_INVALID_FUNCTION` and `ERROR_NOT_SUPPORTED`.
    const UNKNOWN: [i32; 2] = [1, 50];
    error.kind() == io::ErrorKind::Unsupported
        || error
            .raw_os_error()
            .is_some_and(|code| UNKNOWN.contains(&code))
}

/// Warns once for each process, because `--watch` takes the lock for each of its runs.
fn warn(error: &io::Error) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        complain!(
            "This drive has no file locks ({error}), so two runs at once aren't \
             prevented here, so start only one at a time."
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_without_a_number_is_not_quoted() {
        assert_eq!(waiting("\n"), "Waiting for another run to finish.");
        assert!(waiting("12\n").contains("(process 12)"));
    }

    #[test]
    #[cfg(unix)]
    fn only_a_drive_without_locks_is_forgiven() {
        use rustix::io::Errno;
        for unknown in [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOLCK] {
            assert!(are_unknown(&io::Error::from(unknown)), "{unknown:?}");
        }
        for other in [Errno::ACCESS, Errno::BADF, Errno::IO, Errno::AGAIN] {
            assert!(!are_unknown(&io::Error::from(other)), "{other:?}");
        }
    }
}
