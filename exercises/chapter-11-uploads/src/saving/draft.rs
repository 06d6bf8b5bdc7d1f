//! A file that is not finished yet.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use pipelines::Sink;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::task::spawn_blocking;

use crate::saving::identity::Identity;
use crate::saving::staging::DRAFT;
use crate::{FileName, UploadError};

/// A file under construction. Dropped before `rename` has
/// succeeded, it is gone.
pub trait Draft: Sink {
    /// Waits until the system has all that was written: until
    /// then, who opens the file may see less.
    fn flush(&mut self) -> impl Future<Output = io::Result<()>> + Send;

    /// Waits until the disk has it, so that a power cut takes
    /// none of it away.
    fn sync(&mut self) -> impl Future<Output = io::Result<()>> + Send;

    /// Gives it its name, and returns its path. A name that is
    /// taken is the error `AlreadyExists`: nothing is replaced.
    fn rename(
        &mut self,
        name: &FileName,
    ) -> impl Future<Output = io::Result<PathBuf>> + Send;

    /// Where it is now.
    fn path(&self) -> &Path;
}

/// A file with a hidden name, in the folder where it belongs: a
/// rename within one folder never copies.
///
/// Nobody is served it: chapter 10 finds no name with a dot at
/// its start. Only a killed process leaves one behind, until the
/// next one clears it away.
pub struct TemporaryFile {
    file: File,
    /// `None` after the rename.
    temporary: Option<Removed>,
    path: PathBuf,
}

/// Removes the file when it is dropped, unless it was kept. So it
/// is also gone when nobody waits for the blocking pool any more.
///
/// If somebody has moved the file, and put another one under its
/// name, that one stays.
struct Removed {
    path: PathBuf,
    identity: Identity,
    kept: bool,
}

impl TemporaryFile {
    /// A new, empty file in this folder, for this process alone.
    pub async fn create(folder: &Path) -> io::Result<Self> {
        let folder = folder.to_owned();
        let (file, temporary) = blocking(move || {
            // Whoever could guess the name could put a file there
            // first; `create_new` opens none that is there.
            let path = folder.join(hidden_name(DRAFT)?);
            let file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path)?;
            let identity = Identity::of(&file)?;
            let kept = false;
            Ok((
                file,
                Removed {
                    path,
                    identity,
                    kept,
                },
            ))
        })
        .await?;
        Ok(Self {
            file: File::from_std(file),
            path: temporary.path.clone(),
            temporary: Some(temporary),
        })
    }
}

/// [`UploadError::Exists`] when the folder has a file with this
/// name. Better told now than after a gigabyte; the rename looks
/// again, for somebody else may take the name meanwhile.
pub(crate) async fn free(
    folder: &Path,
    name: &FileName,
) -> Result<(), UploadError> {
    match tokio::fs::try_exists(folder.join(name)).await? {
        true => Err(UploadError::Exists(name.to_string())),
        false => Ok(()),
    }
}

impl Sink for TemporaryFile {
    /// Returns before the system has it: an error of the disk may
    /// come with the next write, or with `flush`.
    async fn write(&mut self, piece: Bytes) -> io::Result<()> {
        self.file.write_all(&piece).await
    }

    async fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Draft for TemporaryFile {
    async fn flush(&mut self) -> io::Result<()> {
        self.file.flush().await
    }

    async fn sync(&mut self) -> io::Result<()> {
        self.file.sync_all().await
    }

    async fn rename(&mut self, name: &FileName) -> io::Result<PathBuf> {
        let from = self.path.clone();
        let to = from.with_file_name(name.to_string());
        let identity = match &self.temporary {
            Some(temporary) => temporary.identity,
            None => return Err(io::Error::other("renamed before")),
        };
        let mut renamed = blocking(move || {
            move_without_replacing(&from, &to)?;
            // Dropped unseen when the upload was cancelled: then
            // the file goes again.
            let renamed = Removed {
                path: to,
                identity,
                kept: false,
            };
            sync_folder(&renamed.path)?;
            Ok(renamed)
        })
        .await?;
        renamed.kept = true;
        if let Some(mut temporary) = self.temporary.take() {
            temporary.kept = true;
        }
        self.path.clone_from(&renamed.path);
        Ok(self.path.clone())
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Removed {
    fn drop(&mut self) {
        if !self.kept {
            // It may be gone already, and nobody is left to tell.
            let _ = self.identity.remove(&self.path);
        }
    }
}

/// One step where the system has it: nobody ever sees two names.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
pub(crate) fn move_without_replacing(
    from: &Path,
    to: &Path,
) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some file systems do not know how.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            link(from, to)
        }
        done => done.map_err(io::Error::from),
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
pub(crate) fn move_without_replacing(
    from: &Path,
    to: &Path,
) -> io::Result<()> {
    link(from, to)
}

/// A second name, which is an error if it is taken; then the
/// first one goes.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)?;
    fs::remove_file(from)
}

/// The name of a file is part of its folder. Windows does not
/// open folders, and keeps names in a journal.
pub(crate) fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) if cfg!(unix) => {
            // The empty path is this folder.
            let here = Path::new(".");
            let empty = folder.as_os_str().is_empty();
            fs::File::open(if empty { here } else { folder })?
                .sync_all()
        }
        _ => Ok(()),
    }
}

/// A hidden name that nobody can guess.
///
/// # Errors
///
/// The operating system has no random numbers.
pub(crate) fn hidden_name(prefix: &str) -> io::Result<String> {
    let odd = getrandom::u64()
        .map_err(|error| io::Error::other(error.to_string()))?;
    Ok(format!("{prefix}{odd:016x}"))
}

/// Whether it is such a name. Other files with a dot in front are
/// somebody's.
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
