//! The checks that have passed, stored in `.workbook/progress.txt`, which is readable
//! and safe to delete. Names that no longer exist are ignored.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use course::checks_file::ChecksFile;
use course::hash::Hash;
use course::status::Status;

use crate::chapter::chapter_file::{self, files_below, is_code};
use crate::chapter::workspace::Workspace;
use crate::chapter::{Chapter, Tree};
use crate::cli::error::{Error, Result};

const HEAD: &str = "# The last results of `cargo xtask check`. You can delete this file at any time.\n";

/// The record of the learner's last verdicts.
#[derive(Debug)]
pub struct Progress {
    path: PathBuf,
    lines: BTreeMap<String, String>,
}

/// The learner's progress in a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChapterProgress {
    /// Nothing has been checked yet.
    Untouched,
    /// Some checks have passed.
    Partly {
        /// How many passed.
        passed: usize,
        /// How many checks there are.
        total: usize,
    },
    /// All checks passed with the current code.
    Passed,
    /// All checks passed, but the code has changed since.
    Changed,
    /// The reference solution fills in.
    Reference,
}

impl Progress {
    /// Reads the record, or starts an empty one.
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let path = workspace.state().join("progress.txt");
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::file("read", &path, &error)),
        };
        let lines = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(" = "))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        Ok(Self { path, lines })
    }

    /// Writes the record. Nobody can see a half-written one.
    pub fn save(&self) -> Result<()> {
        let lines: String = self
            .lines
            .iter()
            .map(|(key, value)| format!("{key} = {value}\n"))
            .collect();
        let fresh = self.path.with_extension("new");
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&fresh, format!("{HEAD}{lines}")))
            .and_then(|()| fs::rename(&fresh, &self.path))
            .map_err(|error| Error::file("write", &self.path, &error))
    }

    /// Records the verdict on one check.
    pub fn note(&mut self, chapter: &Chapter, check: &str, status: Status) {
        self.lines.insert(
            format!("{}/{check}", chapter.name()),
            status.word().to_owned(),
        );
    }

    /// Records the step at which a check failed, by the words that its table uses for
    /// it. If the step is a different one, the hints that were read are forgotten.
    pub fn note_step(&mut self, chapter: &Chapter, check: &str, at: Option<&str>) {
        if self.step(chapter, check) == at {
            return;
        }
        let name = format!("{}/{check}", chapter.name());
        self.lines.remove(&format!("{name}/hints"));
        match at {
            Some(at) => self.lines.insert(format!("{name}/step"), at.to_owned()),
            None => self.lines.remove(&format!("{name}/step")),
        };
    }

    /// Returns the step at which a check last failed, if its table has that step.
    pub fn step(&self, chapter: &Chapter, check: &str) -> Option<&str> {
        let step = self.lines.get(&format!("{}/{check}/step", chapter.name()));
        step.map(String::as_str)
    }

    /// Records which code the verdicts are about.
    pub fn note_sources(
        &mut self,
        workspace: &Workspace,
        chapter: &Chapter,
    ) -> Result<()> {
        let hash = source_hash(workspace, chapter)?;
        self.lines.insert(chapter.name(), hash);
        Ok(())
    }

    /// Returns the last verdict on a check.
    pub fn status(&self, chapter: &Chapter, check: &str) -> Option<Status> {
        let word = self.lines.get(&format!("{}/{check}", chapter.name()))?;
        Status::from_word(word)
    }

    /// Returns how many hints the learner has read for a check.
    pub fn hints(&self, chapter: &Chapter, check: &str) -> usize {
        let count = self.lines.get(&format!("{}/{check}/hints", chapter.name()));
        count.and_then(|count| count.parse().ok()).unwrap_or(0)
    }

    /// Records how many hints the learner has read.
    pub fn note_hints(&mut self, chapter: &Chapter, check: &str, count: usize) {
        self.lines.insert(
            format!("{}/{check}/hints", chapter.name()),
            count.to_string(),
        );
    }

    /// Records that the whole chapter has passed. Only [`Self::forget`] undoes that.
    pub fn note_passed(&mut self, chapter: &Chapter) {
        self.lines
            .insert(format!("{}/once", chapter.name()), "passed".to_owned());
    }

    /// Returns whether the chapter has ever passed.
    pub fn ever_passed(&self, chapter: &Chapter) -> bool {
        self.lines.contains_key(&format!("{}/once", chapter.name()))
    }

    /// Returns whether the chapter passes with the current code.
    pub fn passes_now(
        &self,
        workspace: &Workspace,
        chapter: &Chapter,
        checks: &ChecksFile,
    ) -> Result<bool> {
        Ok(
            self.all_passed(chapter, checks)
                && !self.has_changed(workspace, chapter)?,
        )
    }

    /// Forgets a chapter: its verdicts, and which hints were read.
    pub fn forget(&mut self, chapter: &Chapter) {
        let name = chapter.name();
        let start = format!("{name}/");
        self.lines
            .retain(|key, _| *key != name && !key.starts_with(&start));
    }

    /// Returns whether the chapter's code has changed since its last verdicts.
    pub fn has_changed(
        &self,
        workspace: &Workspace,
        chapter: &Chapter,
    ) -> Result<bool> {
        Ok(self.lines.get(&chapter.name()) != Some(&source_hash(workspace, chapter)?))
    }

    /// Returns whether no check of the chapter failed when it was last checked.
    pub fn all_passed(&self, chapter: &Chapter, checks: &ChecksFile) -> bool {
        let holds = |name: &str| {
            let status = self.status(chapter, name);
            status.is_some_and(|status| !status.is_failure())
        };
        checks.checks.iter().all(|check| holds(&check.name))
    }

    /// Returns the learner's progress in a chapter.
    pub fn standing(
        &self,
        workspace: &Workspace,
        chapter: &Chapter,
        checks: &ChecksFile,
    ) -> Result<ChapterProgress> {
        if chapter_file::is_reference(workspace, chapter)? {
            return Ok(ChapterProgress::Reference);
        }
        if self.all_passed(chapter, checks) {
            let changed = self.has_changed(workspace, chapter)?;
            return Ok(if changed {
                ChapterProgress::Changed
            } else {
                ChapterProgress::Passed
            });
        }
        let known = |name: &str| self.status(chapter, name);
        let passed = checks.checks.iter();
        let passed = passed
            .filter(|check| known(&check.name) == Some(Status::Passed))
            .count();
        let begun = checks.checks.iter().any(|check| {
            known(&check.name).is_some_and(|status| status != Status::NotStarted)
        });
        Ok(if begun {
            ChapterProgress::Partly {
                passed,
                total: checks.checks.len(),
            }
        } else {
            ChapterProgress::Untouched
        })
    }
}

/// Returns a number that changes with any source file of the chapter.
fn source_hash(workspace: &Workspace, chapter: &Chapter) -> Result<String> {
    let folder = chapter.path(workspace.root(), Tree::Exercises);
    let mut files = Vec::new();
    files_below(&folder.join("src"), &mut files)?;
    files.retain(|path| is_code(path));
    files.sort();
    files.push(folder.join("prediction.toml"));
    let mut hash = Hash::default();
    for path in files {
        let name = path.strip_prefix(&folder).unwrap_or(&path);
        hash.add(name.to_string_lossy().replace('\\', "/").as_bytes());
        // A file that doesn't exist is different from an empty one.
        match fs::read(&path) {
            Ok(bytes) => hash.add(&bytes),
            Err(_) => hash.add_nothing(),
        }
    }
    Ok(hash.to_string())
}
