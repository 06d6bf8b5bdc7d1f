//! A learner's file as bytes, because it may not be UTF-8.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use xtask::cli::error::{Error, Result};

/// Returns the file's bytes, or nothing if it doesn't exist.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file("read", path, &error)),
    }
}

/// Writes the file in place and never renames it, because with its old time stamp,
/// cargo would run the old code.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if read(path)?.as_deref() == Some(bytes) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|error| Error::file("write", path, &error))
}

/// Removes it, if it is there.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(Error::file("remove", path, &error))
        }
        _ => Ok(()),
    }
}
