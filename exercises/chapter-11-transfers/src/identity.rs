//! Which file is it, whatever its name?

use std::fs::Metadata;
use std::io;
use std::path::Path;

/// What tells a file from every other one. Its name doesn't:
/// somebody may have moved it, and put another one there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity(u64, u64);

impl Identity {
    /// On Unix, the device and the number of the file.
    #[cfg(unix)]
    pub(crate) fn of(facts: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self(facts.dev(), facts.ino())
    }

    /// Elsewhere, when it was made, and how long it is.
    #[cfg(not(unix))]
    pub(crate) fn of(facts: &Metadata) -> Self {
        let epoch = std::time::UNIX_EPOCH;
        let made = facts.created().unwrap_or(epoch);
        let made = made.duration_since(epoch).unwrap_or_default();
        Self(made.as_nanos() as u64, facts.len())
    }

    /// Whether the file at `path` is the one. A link is not.
    pub(crate) fn is_at(self, path: &Path) -> bool {
        let facts = std::fs::symlink_metadata(path);
        facts.is_ok_and(|facts| Self::of(&facts) == self)
    }

    /// Removes the file at `path`, if it is the one.
    pub(crate) fn remove(self, path: &Path) -> io::Result<()> {
        match self.is_at(path) {
            true => std::fs::remove_file(path),
            false => Ok(()),
        }
    }
}
