//! Holds the files of a form until all of them have arrived.
//!
//! We provide this file: saving several files at once, even if the
//! process is killed, goes beyond the exercise.

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

/// The prefix of drafts and of folders with drafts. The next process
/// removes those that a killed server has left.
pub(crate) const DRAFT: &str = ".upload-";
/// The prefix of folders whose files are just getting their names.
const COMMIT: &str = ".commit-";

/// A hidden folder in which the files of one form wait for each other,
/// already with their final names. All of them are published, or none,
/// even if the process is killed in the middle.
///
/// A single file gets its name in one step, but several files need
/// several steps. So there's one step that decides: the folder is
/// renamed from `.upload-…` to `.commit-…`. If the server is killed
/// before that step, the next start finds a draft and removes it. If
/// it's killed afterward, the next start gives the files their names.
pub(crate) struct Staging {
    folder: PathBuf,
    hidden: PathBuf,
    files: Vec<Saved>,
}

impl Staging {
    /// Creates a new staging folder in `folder`.
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

    /// Returns the path of the folder in which the files wait.
    pub(crate) fn path(&self) -> &Path {
        &self.hidden
    }

    /// Adds a file that waits in the folder.
    pub(crate) fn add(&mut self, file: Saved) {
        self.files.push(file);
    }

    /// Publishes the files: moves them into the folder, with their
    /// names. Once this has begun, dropping the future doesn't stop it.
    ///
    /// # Errors
    ///
    /// [`UploadError::Exists`] if one of the names has been taken
    /// meanwhile. In that case, no file is published.
    pub(crate) async fn publish(
        mut self,
    ) -> Result<Vec<Saved>, UploadError> {
        let mut files = std::mem::take(&mut self.files);
        let published = blocking(move || {
            // Moved in, so that it's dropped at the end of this closure
            // and not before.
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

/// Removes the files that weren't published.
impl Drop for Staging {
    fn drop(&mut self) {
        // Nobody could handle an error here.
        let _ = fs::remove_dir_all(&self.hidden);
    }
}

enum Failed {
    /// This name is taken by another file.
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

/// Names that files of a form have been given. If this is dropped
/// before they're kept, the names are removed again, except those that
/// belong to other files by now.
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
            // Nobody could handle an error here.
            let _ = identity.remove(path);
        }
    }
}

/// Gives each file in `decided` a second name in `folder`. If that
/// fails, for example because a name belongs to another file, no file
/// gets a name. If it's interrupted, it can be repeated.
fn name_all(folder: &Path, decided: &Path) -> Result<Given, Failed> {
    let mut given = Given::default();
    for file in fs::read_dir(decided)? {
        let file = file?;
        let identity = Identity::at(&file.path())?;
        let name = file.file_name();
        let to = folder.join(&name);
        match fs::hard_link(file.path(), &to) {
            Err(_) if identity.is_at(&to) => Ok(()),
            // On file systems such as FAT, a file can have only one
            // name.
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

/// Cleans up after a server that was killed: removes the drafts in
/// `folder`, and publishes the forms that were complete. This process
/// locks the folder until it exits, so a second server that saves in
/// the same folder cleans nothing up, because the drafts there are in
/// use.
///
/// If the folder can't be locked, as on some network drives and on
/// Windows, nothing is cleaned up.
///
/// # Errors
///
/// Fails if the folder can't be read, or if a leftover can't be
/// removed.
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
    // Closing the lock's file would release the folder.
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
            // If a name is taken by now, no file of the form is
            // published.
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
