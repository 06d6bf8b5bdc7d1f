//! Scratch folders, which hold the temporary files of a check, and their removal.

use std::fs;
use std::io;
use std::path::Path;

/// Removes a folder and everything in it, even if the learner's code has removed its
/// own permissions. A folder that doesn't exist counts as removed.
pub fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) => {
            unlock(folder)?;
            fs::remove_dir_all(folder)
        }
        Ok(()) => Ok(()),
    }
}

/// Makes every folder below `folder` writable again.
fn unlock(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            unlock(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_nobody_may_enter_goes_too() {
        let folder =
            std::env::temp_dir().join(format!("scratch-{}", std::process::id()));
        let locked = folder.join("locked");
        fs::create_dir_all(locked.join("inner")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
        }
        remove(&folder).unwrap();
        assert!(!folder.exists());
        remove(&folder).unwrap();
    }
}
