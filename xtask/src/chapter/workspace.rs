//! Where the workbook is, and which folders it has.

use std::path::{Path, PathBuf};

use course::chapter;
use course::checks_file::{Check, ChecksFile};
use course::near::nearest;

use crate::chapter::{Chapter, Tree, given};
use crate::cli::error::{Error, Result};

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
            Error::environment(format!("can't find the current folder: {error}"))
        })?;
        let root = here.ancestors().find(|folder| {
            folder.join("Cargo.toml").is_file() && folder.join("exercises").is_dir()
        });
        match root {
            Some(root) => Self::at(root),
            None => Err(Error::usage(format!(
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
            chapters: chapter::list(root).map_err(|error| given::error(root, error))?,
        })
    }

    /// The folder that holds `Cargo.toml`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder for the runner's own state. It can be deleted at any time.
    pub fn state(&self) -> PathBuf {
        self.root.join(".workbook")
    }

    /// All chapters, in their order.
    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    /// Returns the chapter that the learner means, written as `chapter-4`, `4`, `04`,
    /// or `messages`.
    pub fn chapter(&self, word: &str) -> Result<&Chapter> {
        let here = std::env::current_dir().unwrap_or_default();
        chapter::named(&self.chapters, word, &here)
            .map_err(|unknown| self.unknown(&unknown))
    }

    fn unknown(&self, unknown: &chapter::Unknown) -> Error {
        let error = Error::usage(format!("there is no chapter `{}`", unknown.word));
        match &unknown.near {
            Some(near) => error.next(format!("did you mean `{near}`?")),
            None => {
                let names: Vec<String> =
                    self.chapters.iter().map(Chapter::name).collect();
                error.next(format!("the chapters are {}", names.join(", ")))
            }
        }
    }

    /// Returns the earlier chapters that `chapter` is built on, the nearest one last.
    pub fn built_on(&self, chapter: &Chapter) -> Result<Vec<Chapter>> {
        chapter
            .built_on(&self.root, &self.chapters)
            .map_err(|error| given::error(&self.root, error))
    }

    /// The `checks.toml` of a chapter.
    pub fn checks_file(&self, chapter: &Chapter) -> Result<ChecksFile> {
        ChecksFile::read(&chapter.path(&self.root, Tree::Exercises))
            .map_err(|error| given::error(&self.root, error))
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

/// Returns the check that the learner means by `name`, which may be just the beginning
/// of its name.
pub fn check_named<'a>(
    file: &'a ChecksFile,
    chapter: &Chapter,
    name: &str,
) -> Result<&'a Check> {
    if let Some(check) = file.check(name) {
        return Ok(check);
    }
    let names: Vec<&str> = file.checks.iter().map(|check| &*check.name).collect();
    let error = Error::usage(format!("{} has no check `{name}`", chapter.name()));
    Err(match nearest(name, names.iter().copied()) {
        Some(near) => error.next(format!("did you mean `{near}`?")),
        None => error.next(format!("its checks are {}", names.join(", "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_chapter_is_met_with_what_there_is() {
        let folders = ["chapter-01-addresses", "chapter-04-messages"];
        let workspace = Workspace {
            root: PathBuf::new(),
            chapters: folders
                .into_iter()
                .filter_map(Chapter::from_folder)
                .collect(),
        };
        assert_eq!(workspace.chapter("messages").unwrap().number(), 4);
        let error = workspace.chapter("mesages").unwrap_err().to_string();
        assert!(error.contains("did you mean `messages`?"), "{error}");
        let error = workspace.chapter("99").unwrap_err().to_string();
        assert!(error.contains("chapter-1, chapter-4"), "{error}");
    }
}
