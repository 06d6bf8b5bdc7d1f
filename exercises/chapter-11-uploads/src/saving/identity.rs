//! Which file is it, whatever its name?
//!
//! Given: each operating system has its own calls.

use std::fs::File;
use std::io;
use std::path::Path;

/// What tells a file from every other one. Its name doesn't:
/// somebody may have moved it, and put another one there.
///
/// It's the device and the number of the file on it. Windows calls
/// them volume and index, and tells them of open files alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity(u64, u64);

impl Identity {
    /// That of an open file.
    #[cfg(unix)]
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let facts = file.metadata()?;
        Ok(Self(facts.dev(), facts.ino()))
    }

    /// That of the file at `path`. A link is a file of its own.
    #[cfg(unix)]
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let facts = std::fs::symlink_metadata(path)?;
        Ok(Self(facts.dev(), facts.ino()))
    }

    /// That of an open file.
    #[cfg(windows)]
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        let facts = winapi_util::file::information(file)?;
        Ok(Self(facts.volume_serial_number(), facts.file_index()))
    }

    /// That of the file at `path`. A link is a file of its own.
    #[cfg(windows)]
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        use std::os::windows::fs::OpenOptionsExt;
        /// Open the link, and not what it leads to.
        const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        // No access: whoever has opened the file forbids nothing.
        let file = File::options()
            .access_mode(0)
            .custom_flags(OPEN_REPARSE_POINT)
            .open(path)?;
        Self::of(&file)
    }

    /// Whether the file at `path` is the one. A link is not.
    pub(crate) fn is_at(self, path: &Path) -> bool {
        Self::at(path).is_ok_and(|found| found == self)
    }

    /// Removes the file at `path`, if it is the one.
    pub(crate) fn remove(self, path: &Path) -> io::Result<()> {
        if self.is_at(path) {
            std::fs::remove_file(path)?;
        }
        Ok(())
    }
}
