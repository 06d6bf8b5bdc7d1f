//! The files of a form, until all of them are there.
//!
//! Given: several files at once, even across a kill, go beyond the
//! exercise.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::saving::folder::{
    blocking, hidden_name, is_hidden_name, move_without_replacing,
    sync_folder,
};
use crate::saving::identity::Identity;
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
            let hidden = folder.join(hidden_name(DRAFT)?);
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
        let mut given = Given::default();
        if let [file] = files {
            let identity = Identity::at(&file.path)?;
            let name = file.path.file_name().unwrap_or_default();
            let to = self.folder.join(name);
            move_without_replacing(&file.path, &to)
                .map_err(|error| Failed::of(error, name))?;
            given.names.push((identity, to));
        } else {
            sync_folder(&self.hidden.join("any"))?;
            let decided = self.folder.join(hidden_name(COMMIT)?);
            fs::rename(&self.hidden, &decided)?;
            self.hidden = decided;
            sync_folder(&self.hidden)?;
            given = name_all(&self.folder, &self.hidden)?;
        }
        sync_folder(&self.hidden)?;
        given.keep();
        Ok(())
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

/// Names that files of a form have got. Dropped before they are
/// kept, they are taken back, unless they belong to another file
/// by now.
#[derive(Default)]
struct Given {
    names: Vec<(Identity, PathBuf)>,
}

impl Given {
    fn keep(mut self) {
        self.names.clear();
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        for (identity, path) in &self.names {
            // Nobody is left to tell.
            let _ = identity.remove(path);
        }
    }
}

/// Gives each file in `decided` its name in `folder`, as a second
/// one. If that fails, because a name belongs to another file or
/// otherwise, none is given. It can be done again after it was
/// broken off anywhere.
fn name_all(folder: &Path, decided: &Path) -> Result<Given, Failed> {
    let mut given = Given::default();
    for file in fs::read_dir(decided)? {
        let file = file?;
        let identity = Identity::at(&file.path())?;
        let name = file.file_name();
        let to = folder.join(&name);
        match fs::hard_link(file.path(), &to) {
            Err(_) if identity.is_at(&to) => Ok(()),
            // File systems such as FAT have one name for a file.
            Err(error)
                if error.kind() != io::ErrorKind::AlreadyExists =>
            {
                move_without_replacing(&file.path(), &to)
            }
            named => named,
        }
        .map_err(|error| Failed::of(error, &name))?;
        given.names.push((identity, to));
    }
    Ok(given)
}

/// Clears `folder` of what a killed server has left: drafts are
/// removed, and forms that were complete are published. The folder
/// belongs to this process until it exits: a second server that
/// saves in the same folder clears nothing, since the drafts there
/// are somebody's.
///
/// Where a folder has no locks, as on some network drives, and on
/// Windows, which opens no folders, nothing is cleared.
///
/// # Errors
///
/// The folder can't be read, or a leftover can't be removed.
pub fn clear_leftovers(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let lock = File::open(folder)?;
    match lock.try_lock() {
        Ok(()) => {
            clear(folder)?;
            lock.unlock()?;
        }
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(_)) => return Ok(()),
    }
    lock.lock_shared()?;
    // Closing it would give the folder up.
    std::mem::forget(lock);
    Ok(())
}

fn clear(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is = |prefix| is_hidden_name(&name, prefix);
        let is_folder = entry.file_type()?.is_dir();
        if is_folder && is(COMMIT) {
            // A name that is taken by now: none is published.
            if let Ok(given) = name_all(folder, &entry.path()) {
                given.keep();
            }
            fs::remove_dir_all(entry.path())?;
        } else if is_folder && is(DRAFT) {
            fs::remove_dir_all(entry.path())?;
        } else if is(DRAFT) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
