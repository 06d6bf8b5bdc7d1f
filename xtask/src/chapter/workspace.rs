//! Where the workbook is, and which folders it has.

use std::path::{Path, PathBuf};

use crate::chapter::{self, Chapter};
use crate::exit::{Fault, Result};

/// The root folder and the chapters in it.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    chapters: Vec<Chapter>,
}

impl Workspace {
    /// Finds the workbook at or above the current folder.
    pub fn find() -> Result<Self> {
        let here = std::env::current_dir().map_err(|error| {
            Fault::machine(format!("cannot tell the current folder: {error}"))
        })?;
        let root = here.ancestors().find(|folder| {
            folder.join("Cargo.toml").is_file() && folder.join("exercises").is_dir()
        });
        match root {
            Some(root) => Self::at(root),
            None => Err(Fault::usage(format!(
                "no workbook at or above {}",
                here.display()
            ))
            .next("change into the folder that you cloned")),
        }
    }

    /// Opens the workbook in `root`.
    pub fn at(root: &Path) -> Result<Self> {
        Ok(Self {
            root: root.to_owned(),
            chapters: chapter::list(&root.join("exercises"))?,
        })
    }

    /// The folder that holds `Cargo.toml`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The runner's own state; it can be deleted at any time.
    pub fn state(&self) -> PathBuf {
        self.root.join(".workbook")
    }

    /// All chapters, in their order.
    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    /// The chapter that the learner means by `chapter-4`, `4`, `04` or `messages`.
    pub fn chapter(&self, word: &str) -> Result<&Chapter> {
        chapter::named(&self.chapters, word)
    }

    /// The chapters that come before `chapter`.
    pub fn before<'a>(
        &'a self,
        chapter: &'a Chapter,
    ) -> impl Iterator<Item = &'a Chapter> {
        let number = chapter.number();
        self.chapters
            .iter()
            .filter(move |other| other.number() < number)
    }
}
