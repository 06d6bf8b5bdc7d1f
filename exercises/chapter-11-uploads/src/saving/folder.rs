//! Operations on a folder: hidden names, a move that never replaces a
//! file, and a sync.
//!
//! We provide this file, because each operating system has its own
//! calls for this.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use tokio::task::spawn_blocking;

/// Renames a file, unless the new name is taken. It's one step where
/// the system has it, so nobody ever sees two names.
///
/// # Errors
///
/// `AlreadyExists` if the name is taken.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
pub fn move_without_replacing(
    from: &Path,
    to: &Path,
) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some file systems don't support this.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            link(from, to)
        }
        done => done.map_err(io::Error::from),
    }
}

/// Renames a file, unless the new name is taken.
///
/// # Errors
///
/// `AlreadyExists` if the name is taken.
#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
pub fn move_without_replacing(
    from: &Path,
    to: &Path,
) -> io::Result<()> {
    link(from, to)
}

/// Gives the file a second name, which fails if that name is taken, and
/// then removes the first name.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)?;
    fs::remove_file(from)
}

/// Syncs the folder that holds the file's name. Windows can't open
/// folders, and keeps names in a journal.
///
/// # Errors
///
/// The folder can't be opened or synced.
pub fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) if cfg!(unix) => {
            // The empty path stands for the current folder.
            let here = Path::new(".");
            let empty = folder.as_os_str().is_empty();
            fs::File::open(if empty { here } else { folder })?
                .sync_all()
        }
        _ => Ok(()),
    }
}

/// Returns a hidden name that nobody can guess.
///
/// # Errors
///
/// Fails if the operating system can't supply random numbers.
pub(crate) fn hidden_name(prefix: &str) -> io::Result<String> {
    let odd = getrandom::u64()
        .map_err(|error| io::Error::other(error.to_string()))?;
    Ok(format!("{prefix}{odd:016x}"))
}

/// Returns whether this is such a name. Other files that begin with a
/// dot belong to somebody else.
pub(crate) fn is_hidden_name(name: &OsStr, prefix: &str) -> bool {
    let name = name.to_str().and_then(|it| it.strip_prefix(prefix));
    name.is_some_and(|odd| {
        let digit = |byte: u8| byte.is_ascii_hexdigit();
        odd.len() == 16 && odd.bytes().all(digit)
    })
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}
