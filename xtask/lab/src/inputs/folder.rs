//! A temporary folder for one check.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A new, empty folder in the system's temporary folder. When it's dropped, it's
/// removed with everything in it.
///
/// If a check is killed, its folder stays, so the runner gives each check a temporary
/// folder of its own (`TMPDIR`, or `TMP` on Windows) and removes that.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Creates a folder. Fails if the system's temporary folder can't be written to.
    pub fn new() -> io::Result<Folder> {
        loop {
            let number = NEXT.fetch_add(1, Relaxed);
            let name = format!("workbook-{}-{number}", process::id());
            let path = std::env::temp_dir().join(name);
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Folder { path }),
                // A killed process with the same id has left it behind.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file in it, and gives its path.
    pub fn file(&self, name: &str, content: &[u8]) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        fs::write(&path, content)?;
        Ok(path)
    }

    /// The names in the folder, sorted.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // On Windows an open file keeps its folder; the runner removes it then.
        let _ = fs::remove_dir_all(&self.path);
    }
}

static NEXT: AtomicU64 = AtomicU64::new(0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_folders_are_different_and_gone_when_dropped() {
        let one = Folder::new().expect("temporary folder");
        let two = Folder::new().expect("temporary folder");
        assert_ne!(one.path(), two.path());
        let file = one.file("a.txt", b"a").expect("file");
        fs::create_dir(one.path().join("b")).expect("folder");
        assert_eq!(one.names().expect("names"), ["a.txt", "b"]);
        drop(one);
        assert!(!file.exists() && two.path().exists());
    }
}
