//! The files of a form, until all of them are there.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::draft::{
    blocking, hidden_name, move_without_replacing, sync_folder,
};
use crate::identity::Identity;
use crate::{Saved, UploadError};

/// Drafts, and folders of drafts. What a killed server leaves with
/// such a name is removed.
pub(crate) const DRAFT: &str = ".upload-";
/// Folders of files that get their names right now.
const COMMIT: &str = ".commit-";

/// A hidden folder in which the files of one form wait for each
/// other, already under their names. All of them are published, or
/// none, even if the process is killed in the middle.
///
/// One file gets its name in one step. Several need several, so
/// there is one step that decides: the folder's own name changes
/// from `.upload-…` to `.commit-…`. A server that was killed before
/// it finds a draft at its next start, and removes it. After it,
/// the files get their names then.
pub(crate) struct Staging {
    folder: PathBuf,
    hidden: PathBuf,
    files: Vec<Saved>,
}

impl Staging {
    /// A new one in `folder`.
    pub(crate) async fn create(folder: &Path) -> io::Result<Self> {
        let folder = folder.to_owned();
        blocking(move || {
            let hidden = folder.join(hidden_name(DRAFT));
            fs::create_dir(&hidden)?;
            let files = Vec::new();
            Ok(Self {
                folder,
                hidden,
                files,
            })
        })
        .await
    }

    /// Where the files wait.
    pub(crate) fn path(&self) -> &Path {
        &self.hidden
    }

    /// One more file, which waits there.
    pub(crate) fn add(&mut self, file: Saved) {
        self.files.push(file);
    }

    /// Publishes the files: moves them into the folder, under their
    /// names. Once this has begun, dropping it stops nothing.
    ///
    /// # Errors
    ///
    /// [`UploadError::Exists`] if one of the names has been taken
    /// meanwhile; then none is published.
    pub(crate) async fn publish(
        mut self,
    ) -> Result<Vec<Saved>, UploadError> {
        let mut files = std::mem::take(&mut self.files);
        let published = blocking(move || {
            // Dropped at the end of this closure, and not before.
            let mut staging = self;
            let done = staging.publish_now(&files);
            for file in &mut files {
                if let Some(name) = file.path.file_name() {
                    file.path = staging.folder.join(name);
                }
            }
            Ok((done, files))
        });
        let (done, files) = published.await?;
        done.map_err(|error| match error {
            Failed::Taken(name) => UploadError::Exists(name),
            Failed::System(error) => UploadError::Io(error),
        })?;
        Ok(files)
    }

    fn publish_now(&mut self, files: &[Saved]) -> Result<(), Failed> {
        if let [file] = files {
            let name = file.path.file_name().unwrap_or_default();
            let to = self.folder.join(name);
            move_without_replacing(&file.path, &to)
                .map_err(|error| Failed::of(error, name))?;
        } else {
            sync_folder(&self.hidden.join("any"))?;
            let decided = self.folder.join(hidden_name(COMMIT));
            fs::rename(&self.hidden, &decided)?;
            self.hidden = decided;
            sync_folder(&self.hidden)?;
            name_all(&self.folder, &self.hidden)?;
        }
        Ok(sync_folder(&self.hidden)?)
    }
}

/// What was not published goes.
impl Drop for Staging {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _ = fs::remove_dir_all(&self.hidden);
    }
}

enum Failed {
    /// This name belongs to another file.
    Taken(String),
    System(io::Error),
}

impl Failed {
    fn of(error: io::Error, name: &OsStr) -> Self {
        match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Self::Taken(name.to_string_lossy().into_owned())
            }
            _ => Self::System(error),
        }
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// Gives each file in `decided` its name in `folder`, as a second
/// one. If a name belongs to another file, the names that were
/// given are taken back. It can be done again after it was broken
/// off anywhere.
fn name_all(folder: &Path, decided: &Path) -> Result<(), Failed> {
    let mut given: Vec<(Identity, PathBuf)> = Vec::new();
    for file in fs::read_dir(decided)? {
        let file = file?;
        let identity = Identity::of(&file.metadata()?);
        let name = file.file_name();
        let to = folder.join(&name);
        let named = match fs::hard_link(file.path(), &to) {
            Err(_) if identity.is_at(&to) => Ok(()),
            // File systems such as FAT have one name for a file.
            Err(error)
                if error.kind() != io::ErrorKind::AlreadyExists =>
            {
                move_without_replacing(&file.path(), &to)
            }
            named => named,
        };
        if let Err(error) = named {
            for (identity, path) in given {
                identity.remove(&path)?;
            }
            return Err(Failed::of(error, &name));
        }
        given.push((identity, to));
    }
    Ok(())
}

/// Clears `folder` of what a killed server has left: drafts are
/// removed, and forms that were complete are published. The folder
/// belongs to this process until it exits: a second server that
/// saves in the same folder clears nothing, since the drafts there
/// are somebody's.
///
/// # Errors
///
/// The folder can't be read, or a leftover can't be removed.
pub fn clear_leftovers(folder: &Path) -> io::Result<()> {
    // Windows does not open folders: nothing is cleared there.
    if !cfg!(unix) {
        return Ok(());
    }
    let lock = File::open(folder)?;
    if lock.try_lock().is_ok() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(COMMIT) {
                // A name that is taken by now: none is published.
                let _ = name_all(folder, &entry.path());
                fs::remove_dir_all(entry.path())?;
            } else if !name.starts_with(DRAFT) {
            } else if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        lock.unlock()?;
    }
    lock.lock_shared()?;
    // Closing it would give the folder up.
    std::mem::forget(lock);
    Ok(())
}
