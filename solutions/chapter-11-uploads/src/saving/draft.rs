//! Files that are still being written.

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

/// A file that's being written. If it's dropped before `rename` has
/// succeeded, the file is removed.
pub trait Draft: Sink {
    /// Waits until the kernel has received everything that was written.
    /// Before that, a program that opens the file may see only part of
    /// it.
    fn flush(&mut self) -> impl Future<Output = io::Result<()>> + Send;

    /// Waits until everything is on the disk, so that it survives a
    /// power cut.
    fn sync(&mut self) -> impl Future<Output = io::Result<()>> + Send;

    /// Gives the file its name, and returns its path.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if the name is taken. No file is ever replaced.
    fn rename(
        &mut self,
        name: &FileName,
    ) -> impl Future<Output = io::Result<PathBuf>> + Send;

    /// Returns where the file is now.
    fn path(&self) -> &Path;
}

/// A file with a hidden name, in the folder where it will stay, because
/// a rename within one folder doesn't copy anything.
///
/// It's never served, because chapter 10 serves no name that begins
/// with a dot. A process that is killed may leave one behind, which the
/// next process removes.
pub struct TemporaryFile {
    file: File,
    /// The guard that removes the file. `None` after the rename.
    temporary: Option<Removed>,
    path: PathBuf,
}

/// Removes the file when it's dropped, unless the file was kept. That
/// works even if nobody waits for the blocking pool anymore.
///
/// If somebody has moved the file and given its name to another file,
/// the other file stays.
struct Removed {
    path: PathBuf,
    identity: Identity,
    kept: bool,
}

impl TemporaryFile {
    /// Creates an empty file in `folder` that only this process uses.
    /// Its name is a [`hidden_name`] that begins with [`DRAFT`]. If a
    /// file with that name exists, creating it fails. The file is
    /// created on the blocking pool ([`blocking`]).
    ///
    /// From here on, dropping the draft removes the file.
    pub async fn create(folder: &Path) -> io::Result<Self> {
        //? todo!("chapter 11: a draft in {}", folder.display())
        // ANCHOR: cut-create
        let folder = folder.to_owned();
        let (file, temporary) = blocking(move || {
            let path = folder.join(hidden_name(DRAFT)?);
            let file = fs::File::create_new(&path)?;
            let identity = Identity::of(&file)?;
            Ok((file, Removed::new(path, identity)))
        })
        .await?;
        Ok(Self {
            file: File::from_std(file),
            path: temporary.path.clone(),
            temporary: Some(temporary),
        })
        // ANCHOR_END: cut-create
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

/// Checks that nothing in `folder` has this name yet, because a client
/// would rather know it now than after a gigabyte. The rename checks
/// again, because another upload may take the name in between.
///
/// # Errors
///
/// [`UploadError::Exists`] if the name is taken.
pub(crate) async fn free(
    folder: &Path,
    name: &FileName,
) -> Result<(), UploadError> {
    //? todo!("chapter 11: is {name} free in {}?", folder.display())
    // ANCHOR: cut-free
    if tokio::fs::try_exists(folder.join(name)).await? {
        return Err(UploadError::Exists(name.to_string()));
    }
    Ok(())
    // ANCHOR_END: cut-free
}

impl Sink for TemporaryFile {
    /// Returns before the operating system has the bytes. A disk error
    /// may come with the next write, or with `flush`.
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

    /// Gives the file its name, in the folder where it is, and returns
    /// the new path. No other file is replaced
    /// ([`move_without_replacing`]). Then the folder is synced
    /// ([`sync_folder`]), because the name is stored in the folder. The
    /// sync isn't graded, because no check can cut the power.
    ///
    /// All of this happens on the blocking pool. A thread of the pool
    /// completes its work even if this future has been dropped, so its
    /// result is a [`Removed`] for the new path: if nobody receives the
    /// result, dropping it removes the file. The file is kept only when
    /// this function returns.
    ///
    /// # Errors
    ///
    /// Fails if the name is taken, or if the draft was renamed before.
    async fn rename(&mut self, name: &FileName) -> io::Result<PathBuf> {
        //? todo!("chapter 11: the name {name}")
        // ANCHOR: cut-rename
        let from = self.path.clone();
        let to = from.with_file_name(name.to_string());
        let Some(temporary) = &self.temporary else {
            return Err(io::Error::other("renamed before"));
        };
        let identity = temporary.identity;
        let mut renamed = blocking(move || {
            move_without_replacing(&from, &to)?;
            let renamed = Removed::new(to, identity);
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
        // ANCHOR_END: cut-rename
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Removed {
    /// Removes the file unless it was kept, but only if `path` still
    /// leads to the same file, which [`Identity::remove`] checks.
    /// Errors are ignored: the file may be gone already, and nobody
    /// could handle them here.
    fn drop(&mut self) {
        //? todo!("chapter 11: remove {}", self.path.display())
        // ANCHOR: cut-drop
        if !self.kept {
            let _ = self.identity.remove(&self.path);
        }
        // ANCHOR_END: cut-drop
    }
}
