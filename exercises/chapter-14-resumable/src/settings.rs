//! What the server is told, and what it keeps.
//!
//! Given: fields, and the one way to the disk.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use tokio::task::spawn_blocking;

use crate::ResumableError;
use crate::store::{Store, Upload, UploadId};
use crate::turns::Turns;

/// What an operator decides.
pub struct Settings {
    /// Where uploads are kept, and where complete files are.
    pub folder: PathBuf,
    /// The longest file, in bytes.
    pub limit: u64,
    /// How long a client may send nothing of a body.
    pub idle: Duration,
    /// How long an upload is kept after its last change.
    pub lifetime: Duration,
    /// Every byte of every upload is written through this.
    pub disk: Box<dyn Disk>,
}

/// How bytes reach a file. The checks bring disks that are slow, and
/// disks that are full.
pub trait Disk: Send + Sync {
    /// Writes all of `chunk` where the file's cursor is. It blocks the
    /// thread until the kernel has the bytes.
    ///
    /// # Errors
    ///
    /// Those of the disk. A part of `chunk` may be in the file then.
    fn write(&self, file: &mut File, chunk: &[u8]) -> io::Result<()>;
}

/// The disk that is there.
#[derive(Debug, Clone, Copy)]
pub struct PlainDisk;

impl Disk for PlainDisk {
    fn write(&self, file: &mut File, chunk: &[u8]) -> io::Result<()> {
        file.write_all(chunk)
    }
}

/// The uploads of one folder. Which fields it needs is your decision.
pub struct Uploads {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) turns: Turns,
}

impl Uploads {
    /// Takes up whatever the folder has. It belongs to this process
    /// alone, and so do its files that begin with `.resumable-`.
    pub fn new(settings: Settings) -> Self {
        Self {
            store: Store::new(settings.folder.clone()),
            turns: Turns::default(),
            settings,
        }
    }

    /// Looks an upload up.
    ///
    /// # Errors
    ///
    /// [`ResumableError::NotFound`] if there's none.
    pub(crate) async fn find(
        &self,
        id: &UploadId,
    ) -> Result<Upload, ResumableError> {
        let id = id.clone();
        let found = self.on_disk(move |store| store.find(&id)).await?;
        found.ok_or(ResumableError::NotFound)
    }

    /// Runs work that blocks on the pool for it. Dropping the future
    /// doesn't stop the work.
    pub(crate) async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let store = self.store.clone();
        let done = spawn_blocking(move || work(&store));
        done.await.map_err(io::Error::other)?
    }
}
