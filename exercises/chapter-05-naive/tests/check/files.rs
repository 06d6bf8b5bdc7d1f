//! Files and folders that the checks make.

use std::path::{Path, PathBuf};

use lab::Steps;
use lab::folder::Folder;

/// A folder for the check.
pub fn folder(steps: &Steps) -> Folder {
    steps.succeeds("a temporary folder", Folder::new())
}

/// A file with a short content.
pub fn written(
    steps: &Steps,
    folder: &Folder,
    name: &str,
    content: &[u8],
) -> PathBuf {
    steps.succeeds("write the file", folder.file(name, content))
}

/// A file that this user may not read. `None` where there is no
/// such file: for root, and outside of Unix.
pub fn forbidden(steps: &Steps, folder: &Folder) -> Option<PathBuf> {
    let file = written(steps, folder, "forbidden.zip", b"secret");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let nobody = std::fs::Permissions::from_mode(0o000);
        let set = std::fs::set_permissions(&file, nobody);
        steps.succeeds("take the permission away", set);
    }
    std::fs::File::open(&file).is_err().then_some(file)
}

/// Another working directory. Dropped, the old one is back.
pub struct Directory {
    before: PathBuf,
}

impl Directory {
    /// Goes there.
    pub fn enter(steps: &Steps, path: &Path) -> Self {
        let before = std::env::current_dir();
        let before = steps.succeeds("the directory", before);
        let directory = Self { before };
        directory.change(steps, path);
        directory
    }

    /// Goes elsewhere.
    pub fn change(&self, steps: &Steps, path: &Path) {
        let changed = std::env::set_current_dir(path);
        steps.succeeds("change the directory", changed);
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // The check that follows would say what is wrong.
        let _ = std::env::set_current_dir(&self.before);
    }
}
