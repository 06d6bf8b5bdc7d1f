//! Where the builds of one server stand, each in a folder of its own.
//!
//! The port is ours alone while we listen, so what an earlier server left under its
//! number may go.

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

/// A build on the shelf.
pub struct SiteBuild {
    /// The folder of its pages.
    pub folder: PathBuf,
    /// What the build left behind besides.
    pub built: Built,
}

impl BuildFolders {
    /// An empty shelf under the workspace's `target`.
    ///
    /// # Errors
    ///
    /// The folder cannot be made.
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
    /// As [`build::render`]; the folder is gone then.
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
