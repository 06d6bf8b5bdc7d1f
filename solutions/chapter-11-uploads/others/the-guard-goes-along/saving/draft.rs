//! A file that is not finished yet.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use pipelines::Sink;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use crate::saving::folder::{
    blocking, hidden_name, move_without_replacing, sync_folder,
};
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
    /// A new, empty file in this folder, for this process alone:
    /// its name is a [`hidden_name`] that begins with [`DRAFT`], and
    /// it is opened only if there is no such file. Files are made on
    /// the blocking pool ([`blocking`]).
    ///
    /// From here on, whatever drops the draft removes the file.
    pub async fn create(folder: &Path) -> io::Result<Self> {
        let folder = folder.to_path_buf();
        let made = tokio::task::spawn_blocking(move || {
            let path = folder.join(hidden_name(DRAFT)?);
            let file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path)?;
            let identity = match Identity::of(&file) {
                Ok(identity) => identity,
                Err(error) => {
                    let _ = fs::remove_file(&path);
                    return Err(error);
                }
            };
            let guard = Removed::new(path.clone(), identity);
            Ok(Self {
                file: File::from_std(file),
                temporary: Some(guard),
                path,
            })
        });
        made.await.map_err(io::Error::other)?
    }
}

impl Removed {
    fn new(path: PathBuf, identity: Identity) -> Self {
        Self {
            path,
            identity,
            kept: false,
        }
    }
}

/// [`UploadError::Exists`] when the folder has a file with this
/// name. Better told now than after a gigabyte; the rename looks
/// again, for somebody else may take the name meanwhile.
pub(crate) async fn free(
    folder: &Path,
    name: &FileName,
) -> Result<(), UploadError> {
    if tokio::fs::try_exists(folder.join(name)).await? {
        return Err(UploadError::Exists(name.to_string()));
    }
    Ok(())
}

impl Sink for TemporaryFile {
    /// Returns before the system has it: an error of the disk may
    /// come with the next write, or with `flush`.
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        self.file.write_all(&chunk).await
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

    /// Gives the file its name, in the folder where it is, and
    /// returns the new path. No other file is replaced
    /// ([`move_without_replacing`]), and the folder is synced
    /// ([`sync_folder`]), because the name is stored there.
    ///
    /// The file is kept only when this returns. A thread of the
    /// blocking pool finishes what it has begun even if nobody waits
    /// for it any more, so its result is a [`Removed`] of the new
    /// path: if it is dropped unseen, the file goes again.
    ///
    /// # Errors
    ///
    /// The name is taken, or the draft was renamed before.
    async fn rename(&mut self, name: &FileName) -> io::Result<PathBuf> {
        let Some(mut guard) = self.temporary.take() else {
            return Err(io::Error::other("it has its name already"));
        };
        let to = self.path.with_file_name(format!("{name}"));
        // The guard goes along, and comes back.
        let moved = blocking(move || {
            if let Err(error) = move_without_replacing(&guard.path, &to)
            {
                return Ok((Some(guard), Err(error)));
            }
            guard.path = to;
            match sync_folder(&guard.path) {
                Ok(()) => Ok((Some(guard), Ok(()))),
                Err(error) => Ok((None, Err(error))),
            }
        });
        let (guard, moved) = moved.await?;
        self.temporary = guard;
        moved?;
        if let Some(mut guard) = self.temporary.take() {
            guard.kept = true;
            self.path = guard.path.clone();
        }
        Ok(self.path.clone())
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Removed {
    /// Removes the file unless it was kept, and only if the one at
    /// `path` is still the same file: [`Identity::remove`] looks.
    /// It may be gone already, and nobody is left to tell.
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        drop(self.identity.remove(&self.path));
    }
}
