//! The builds of one server, each in a folder of its own.
//!
//! While we listen, the port belongs to us alone, so builds that an earlier server on
//! this port has left can be removed.

use crate::site::build::{self, Built};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The builds of the server on one port.
#[derive(Clone)]
pub struct BuildFolders {
    root: PathBuf,
    folder: PathBuf,
}

/// One build.
pub struct SiteBuild {
    /// The folder of its pages.
    pub folder: PathBuf,
    /// What else was learned during the build.
    pub built: Built,
}

impl BuildFolders {
    /// Creates an empty list of builds, in the workspace's `target`.
    ///
    /// # Errors
    ///
    /// Returns an error if the folder can't be created.
    pub fn new(root: &Path, port: u16) -> Result<Self> {
        let folder = root.join("target/book").join(port.to_string());
        let shelf = BuildFolders {
            root: root.to_path_buf(),
            folder,
        };
        shelf.clear();
        fs::create_dir_all(&shelf.folder)
            .with_context(|| format!("cannot make {}", shelf.folder.display()))?;
        Ok(shelf)
    }

    /// Builds the book into the next folder.
    ///
    /// # Errors
    ///
    /// The errors of [`build::render`], after which the folder is removed.
    pub fn build(&self) -> Result<SiteBuild> {
        let number = fs::read_dir(&self.folder)?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u64>().ok())
            .max()
            .map_or(0, |newest| newest + 1);
        let folder = self.folder.join(number.to_string());
        match build::render(&self.root, &folder) {
            Ok(built) => Ok(SiteBuild { folder, built }),
            Err(error) => {
                let _ = fs::remove_dir_all(&folder);
                Err(error)
            }
        }
    }

    /// Removes every build.
    pub fn clear(&self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
