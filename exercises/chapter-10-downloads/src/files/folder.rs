//! A folder that nobody leaves.
//!
//! Given: each operating system has its own calls.

use std::fs::File;
use std::io;
use std::path::Path;

/// A folder that is open. What is opened in it is below it, also
/// while somebody moves things around: there is no moment between
/// a look at a path and its use, because no path is looked at.
///
/// No symbolic link below the folder is followed.
#[derive(Debug)]
pub(crate) struct Folder {
    #[cfg(unix)]
    folder: std::os::fd::OwnedFd,
    #[cfg(not(unix))]
    folder: std::path::PathBuf,
}

#[cfg(unix)]
impl Folder {
    /// Opens the folder. Links on the way to it are followed: who
    /// starts the server chose it.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let folder = File::open(path)?;
        if !folder.metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self {
            folder: folder.into(),
        })
    }

    /// Opens a file for reading. `path` has only names in it.
    ///
    /// Step by step: each name is opened in the folder before it.
    /// The last one is opened without waiting: a FIFO would
    /// wait for a writer; on a regular file that changes nothing.
    pub(crate) fn file(&self, path: &Path) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, openat};
        let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut names = path.iter();
        let last = names.next_back().ok_or(io::ErrorKind::NotFound)?;
        let mut folder = None;
        for name in names {
            let inside = folder.as_ref().unwrap_or(&self.folder);
            let flags = flags | OFlags::DIRECTORY | TRAVERSE;
            let next = openat(inside, name, flags, Mode::empty());
            folder = Some(next.map_err(absent)?);
        }
        let inside = folder.as_ref().unwrap_or(&self.folder);
        let flags = flags | OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = openat(inside, last, flags, Mode::empty());
        Ok(File::from(file.map_err(absent)?))
    }

    /// The same for a path whose names are all in memory: Linux
    /// 5.12 opens it without waiting for a disk, or refuses.
    /// `None`: it has to be opened by [`Folder::file`].
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(crate) fn open_nowait(
        &self,
        path: &Path,
    ) -> Option<io::Result<File>> {
        use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
        use rustix::io::Errno;
        let flags = OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let resolve = ResolveFlags::BENEATH
            | ResolveFlags::NO_SYMLINKS
            | ResolveFlags::CACHED;
        let folder = &self.folder;
        match openat2(folder, path, flags, Mode::empty(), resolve) {
            Ok(file) => Some(Ok(File::from(file))),
            Err(Errno::NOENT) => Some(Err(Errno::NOENT.into())),
            // It would wait, or the system does not know the call.
            Err(_) => None,
        }
    }
}

/// Only Linux has `RESOLVE_CACHED`.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl Folder {
    pub(crate) fn open_nowait(
        &self,
        _: &Path,
    ) -> Option<io::Result<File>> {
        None
    }
}

/// A folder that may be passed through, and need not be listed.
#[cfg(any(target_os = "linux", target_os = "android"))]
const TRAVERSE: rustix::fs::OFlags = rustix::fs::OFlags::PATH;
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
const TRAVERSE: rustix::fs::OFlags = rustix::fs::OFlags::RDONLY;

/// A link isn't a file, and neither is anything that can't be
/// opened at all, such as a socket.
#[cfg(unix)]
fn absent(error: rustix::io::Errno) -> io::Error {
    use rustix::io::Errno;
    match error {
        // FreeBSD says EMLINK for a link.
        Errno::LOOP | Errno::MLINK | Errno::NXIO | Errno::OPNOTSUPP => {
            io::ErrorKind::NotFound.into()
        }
        error => error.into(),
    }
}

#[cfg(not(unix))]
impl Folder {
    /// Notes where the folder is.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let folder = path.canonicalize()?;
        if !folder.metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { folder })
    }

    /// Opens a file for reading. Here each name is looked at, and
    /// then the path is opened: whoever may write to the folder
    /// could put a link there in between.
    pub(crate) fn file(&self, path: &Path) -> io::Result<File> {
        let mut whole = self.folder.clone();
        for name in path {
            whole.push(name);
            let facts = whole.symlink_metadata()?;
            if facts.is_symlink() {
                return Err(io::ErrorKind::NotFound.into());
            }
        }
        if !whole.metadata()?.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        File::open(whole)
    }
}
