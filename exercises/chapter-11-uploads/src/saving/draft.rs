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
/// succeeded, it removes itself.
pub trait Draft: Sink {
    /// Waits until the kernel has everything that was written. Before
    /// that, a program that opens the file may see less.
    fn flush(&mut self) -> impl Future<Output = io::Result<()>> + Send;

    /// Waits until the disk has everything, so that a power cut can't
    /// take any of it away.
    fn sync(&mut self) -> impl Future<Output = io::Result<()>> + Send;

    /// Gives the file its name, and returns its path.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if the name is taken: nothing is replaced.
    fn rename(
        &mut self,
        name: &FileName,
    ) -> impl Future<Output = io::Result<PathBuf>> + Send;

    /// Returns where the file is now.
    fn path(&self) -> &Path;
}

/// A file with a hidden name, in the folder where it belongs, because a
/// rename within one folder copies nothing.
///
/// It's never served, since chapter 10 serves no name that begins with
/// a dot. Only a process that was killed leaves one behind, until the
/// next process removes it.
pub struct TemporaryFile {
    file: File,
    /// `None` after the rename.
    temporary: Option<Removed>,
    path: PathBuf,
}

/// Removes the file when it's dropped, unless it was kept. So the file
/// is gone even if nobody waits for the blocking pool anymore.
///
/// If somebody has moved the file, and put another one under its name,
/// that one stays.
struct Removed {
    path: PathBuf,
    identity: Identity,
    kept: bool,
}

impl TemporaryFile {
    /// Creates an empty file in `folder`, for this process alone. Its
    /// name is a [`hidden_name`] that begins with [`DRAFT`], and it's
    /// opened only if there's no such file yet. Files are created on
    /// the blocking pool ([`blocking`]).
    ///
    /// From here on, dropping the draft removes the file.
    pub async fn create(folder: &Path) -> io::Result<Self> {
        todo!("chapter 11: a draft in {}", folder.display())
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

/// Fails with [`UploadError::Exists`] if the folder has something
/// with this name. A client would rather hear it now than after a
/// gigabyte. The rename looks again, because another upload may take
/// the name in between.
pub(crate) async fn free(
    folder: &Path,
    name: &FileName,
) -> Result<(), UploadError> {
    todo!("chapter 11: is {name} free in {}?", folder.display())
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

    /// Gives the file its name, in the folder where it is, and returns
    /// the new path. No other file is replaced
    /// ([`move_without_replacing`]). The folder is synced
    /// ([`sync_folder`]), because the name is stored there. No check
    /// can cut the power, so the sync isn't graded.
    ///
    /// All of this happens on the blocking pool, and the file is kept
    /// only when this returns. A thread of the pool finishes what it
    /// has begun even if nobody waits for it anymore, so its result is
    /// a [`Removed`] of the new path. If that is dropped unseen, the
    /// file is removed.
    ///
    /// # Errors
    ///
    /// The name is taken, or the draft was renamed before.
    async fn rename(&mut self, name: &FileName) -> io::Result<PathBuf> {
        todo!("chapter 11: the name {name}")
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Removed {
    /// Removes the file unless it was kept, and only if the one at
    /// `path` is still the same file, which [`Identity::remove`]
    /// checks. It may be gone already, and nobody is left to tell.
    fn drop(&mut self) {
        todo!("chapter 11: remove {}", self.path.display())
    }
}
