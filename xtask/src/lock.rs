//! One run at a time: two runs would build over each other and mix their
//! verdicts.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};

use crate::exit::{Fault, Result};
use crate::workspace::Workspace;

/// Held while a command runs or changes learner code; the system releases it
/// when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, and says whom it waits for if it is taken.
    pub fn take(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.state();
        fs::create_dir_all(&folder)
            .map_err(|error| Fault::file("create", &folder, &error))?;
        let path = folder.join("lock");
        let fault = |error: &std::io::Error| Fault::file("lock", &path, error);
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| fault(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The number only helps the reader; an empty one does no harm.
                let _ = file.read_to_string(&mut holder);
                eprintln!(
                    "Waiting for another run (process {}) to end.",
                    holder.trim()
                );
                file.lock().map_err(|error| fault(&error))?;
            }
            Err(TryLockError::Error(error)) => return Err(fault(&error)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        written.map_err(|error| fault(&error))?;
        Ok(Self { _file: file })
    }
}
