//! A folder whose files can be opened, and nothing outside it.
//!
//! We provide this file, because each operating system has its own
//! calls for this.

use std::fs::File;
use std::io;
use std::path::Path;

/// An open folder. Whatever is opened through it is really below it,
/// even while somebody moves files around. There's no moment between
/// checking a path and using it, because paths aren't checked.
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
    /// Opens the folder. Links on the way to it are followed, because
    /// the owner of the server has chosen this path.
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
    /// Each name is opened in the folder before it, one after the
    /// other. The last one is opened without waiting, because opening a
    /// FIFO would wait for a writer; for a regular file, it makes no
    /// difference.
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

    /// Opens a file if all names of its path are in memory. Linux 5.12
    /// and later can do that without waiting for a disk, and refuses
    /// otherwise. Returns `None` if [`Folder::file`] has to open it.
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
            // The call would have to wait, or this kernel doesn't know
            // it.
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

/// Opens a folder to pass through it, even if its contents can't be
/// listed.
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
        // FreeBSD reports a link as EMLINK.
        Errno::LOOP | Errno::MLINK | Errno::NXIO | Errno::OPNOTSUPP => {
            io::ErrorKind::NotFound.into()
        }
        error => error.into(),
    }
}

#[cfg(not(unix))]
impl Folder {
    /// Stores where the folder is.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let folder = path.canonicalize()?;
        if !folder.metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { folder })
    }

    /// Opens a file for reading. Here, each name is checked first and
    /// then the whole path is opened, so anybody who can write to the
    /// folder could put a link there in between.
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
