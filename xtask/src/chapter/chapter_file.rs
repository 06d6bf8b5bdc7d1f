//! The files of a chapter: which ones the learner writes, their starters, and the
//! reference solution.

use std::fs;
use std::path::{Path, PathBuf};

use course::starter::{self, Cut};

use crate::chapter::workspace::Workspace;
use crate::chapter::{Chapter, Tree};
use crate::cli::error::{Error, Result};

/// One source file of a chapter.
#[derive(Debug, Clone)]
pub struct ChapterFile {
    /// Its path from the root, in the exercise: `exercises/chapter-…/src/x.rs`.
    pub path: PathBuf,
    /// The text that the learner starts with.
    pub starter: String,
    /// The text of the reference solution, as a learner would have written it.
    pub reference: String,
    /// The parts that the learner writes. A file that we provide has none.
    pub cuts: Vec<Cut>,
}

impl ChapterFile {
    /// Returns the file's current text, or `None` if the file doesn't exist.
    pub fn current(&self, root: &Path) -> Result<Option<String>> {
        read(&root.join(&self.path))
    }

    /// Returns whether the learner writes in this file.
    pub fn is_step(&self) -> bool {
        !self.cuts.is_empty()
    }
}

/// Returns all source files of a chapter, derived from its solution.
pub fn sources(workspace: &Workspace, chapter: &Chapter) -> Result<Vec<ChapterFile>> {
    let solution = chapter.path(workspace.root(), Tree::Solutions);
    let exercise = Path::new(Tree::Exercises.folder()).join(chapter.folder());
    let mut files = Vec::new();
    files_below(&solution.join("src"), &mut files)?;
    files.sort();
    let mut sources = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&solution).unwrap_or(&file);
        let text = fs::read_to_string(&file)
            .map_err(|error| Error::file("read", &file, &error))?;
        let name = file.strip_prefix(workspace.root()).unwrap_or(&file);
        let name = name.display().to_string();
        sources.push(ChapterFile {
            path: exercise.join(relative),
            starter: starter::derive(&name, &text).map_err(Error::internal)?,
            reference: starter::clean(&text),
            cuts: starter::cuts(&name, &text).map_err(Error::internal)?,
        });
    }
    Ok(sources)
}

/// Returns the files that the learner writes.
pub fn steps(workspace: &Workspace, chapter: &Chapter) -> Result<Vec<ChapterFile>> {
    let mut sources = sources(workspace, chapter)?;
    sources.retain(ChapterFile::is_step);
    Ok(sources)
}

/// Returns whether the chapter's files are now those of the reference solution.
pub fn is_reference(workspace: &Workspace, chapter: &Chapter) -> Result<bool> {
    let steps = steps(workspace, chapter)?;
    let is_it = all_are(workspace, &steps, |step| &step.reference)?;
    Ok(is_it && !steps.is_empty())
}

/// Returns whether the chapter's files are now the starters.
pub fn is_starter(workspace: &Workspace, chapter: &Chapter) -> Result<bool> {
    all_are(workspace, &steps(workspace, chapter)?, |step| &step.starter)
}

fn all_are(
    workspace: &Workspace,
    steps: &[ChapterFile],
    text: fn(&ChapterFile) -> &String,
) -> Result<bool> {
    for step in steps {
        if step.current(workspace.root())?.as_ref() != Some(text(step)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads a text file. Returns `None` if it doesn't exist. Bytes that aren't UTF-8
/// become U+FFFD, which occurs in none of our texts.
pub fn read(path: &Path) -> Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file("read", path, &error)),
    }
}

/// Writes a file in place. It's never renamed or copied by the operating system,
/// because then it would keep its old time stamp, and cargo would run the old code.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Error::file("write", path, &error))
}

/// Returns whether this is Rust code, and not a file that an editor leaves beside it.
pub fn is_code(path: &Path) -> bool {
    let hidden = path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !hidden && path.extension().is_some_and(|ending| ending == "rs")
}

/// Adds every file below `folder` to `files`.
pub fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).map_err(|error| Error::file("read", folder, &error))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files_below(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
