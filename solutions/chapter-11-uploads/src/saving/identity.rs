//! The identity of a file, whatever its name is.
//!
//! We provide this file, because each operating system has its own
//! calls for this.

use std::fs::File;
use std::io;
use std::path::Path;

/// Identifies one file among all others. A name can't do that, because
/// somebody may have moved the file and given its name to another one.
///
/// It consists of the device and the file's inode number. On Windows,
/// these are the volume and the index, and they can be read only from
/// an open file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity(u64, u64);

impl Identity {
    /// Returns the identity of an open file.
    #[cfg(unix)]
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let facts = file.metadata()?;
        Ok(Self(facts.dev(), facts.ino()))
    }

    /// Returns the identity of the file at `path`. A link isn't
    /// followed.
    #[cfg(unix)]
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let facts = std::fs::symlink_metadata(path)?;
        Ok(Self(facts.dev(), facts.ino()))
    }

    /// Returns the identity of an open file.
    #[cfg(windows)]
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        let facts = winapi_util::file::information(file)?;
        Ok(Self(facts.volume_serial_number(), facts.file_index()))
    }

    /// Returns the identity of the file at `path`. A link isn't
    /// followed.
    #[cfg(windows)]
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        use std::os::windows::fs::OpenOptionsExt;
        /// Opens a link itself and not its target.
        const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        // Without any access, so this works even if another program has
        // the file open.
        let file = File::options()
            .access_mode(0)
            .custom_flags(OPEN_REPARSE_POINT)
            .open(path)?;
        Self::of(&file)
    }

    /// Returns whether `path` leads to this file. A link to it doesn't
    /// count.
    pub(crate) fn is_at(self, path: &Path) -> bool {
        Self::at(path).is_ok_and(|found| found == self)
    }

    /// Removes the file at `path` if it's this one.
    pub(crate) fn remove(self, path: &Path) -> io::Result<()> {
        if self.is_at(path) {
            std::fs::remove_file(path)?;
        }
        Ok(())
    }
}
