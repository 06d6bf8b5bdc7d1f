//! Saved copies: before a command overwrites a learner's file, it stores a copy here.
//!
//! A copy is a folder `.workbook/kept/NNNN-command-chapter` that contains the files
//! with their paths, and a `note.txt` that describes it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::chapter::Chapter;
use crate::chapter::chapter_file::{self, ChapterFile, files_below};
use crate::chapter::workspace::Workspace;
use crate::cli::error::{Error, Result};

const NOTE: &str = "note.txt";

/// One saved copy.
#[derive(Debug, Clone)]
pub struct Backup {
    /// Its name, which never changes, such as `0003-reset-chapter-1`.
    pub name: String,
    /// A description in words.
    pub note: String,
    folder: PathBuf,
}

impl Backup {
    /// Returns the files in it, by their paths from the workbook's root.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        files_below(&self.folder, &mut files)?;
        let mut files: Vec<PathBuf> = files
            .iter()
            .filter_map(|path| path.strip_prefix(&self.folder).ok())
            .filter(|path| *path != Path::new(NOTE))
            .map(Path::to_owned)
            .collect();
        files.sort();
        Ok(files)
    }

    /// Returns the bytes of one of its files.
    pub fn bytes(&self, file: &Path) -> Result<Vec<u8>> {
        let path = self.folder.join(file);
        fs::read(&path).map_err(|error| Error::file("read", &path, &error))
    }
}

/// Stores copies of the files at `paths` (relative to the root) as they are now.
/// Returns nothing if none of them exists.
pub fn keep(
    workspace: &Workspace,
    why: &str,
    what: &str,
    paths: &[PathBuf],
) -> Result<Option<Backup>> {
    let present: Vec<&PathBuf> = paths
        .iter()
        .filter(|path| workspace.root().join(path).is_file())
        .collect();
    if present.is_empty() {
        return Ok(None);
    }
    let kept = workspace.state().join("kept");
    let (name, folder) = fresh_folder(&kept, &format!("{why}-{what}"))?;
    for path in &present {
        let to = folder.join(path);
        let from = workspace.root().join(path);
        let made = to.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::read(&from))
            .and_then(|bytes| fs::write(&to, bytes))
            .map_err(|error| Error::file("keep a copy in", &to, &error))?;
    }
    let note = format!("{} before `{why}` of {what}", counted(present.len()));
    let path = folder.join(NOTE);
    fs::write(&path, format!("{note}\n"))
        .map_err(|error| Error::file("write", &path, &error))?;
    Ok(Some(Backup { name, note, folder }))
}

/// The result of [`replace`].
#[derive(Debug)]
pub struct Replaced {
    /// The files that were written.
    pub files: Vec<ChapterFile>,
    /// The copy of the previous contents. Nothing if those weren't anybody's work.
    pub backup: Option<Backup>,
}

/// Gives every file of a chapter the text that `wanted` returns. If a file that changes is
/// somebody's work, a copy of the whole chapter is stored first, starters included: put
/// back, it must not leave the reference in a file that the learner hadn't begun.
pub fn replace(
    workspace: &Workspace,
    chapter: &Chapter,
    why: &str,
    wanted: fn(&ChapterFile) -> &str,
) -> Result<Replaced> {
    let (mut files, mut all, mut is_work) = (Vec::new(), Vec::new(), false);
    for file in chapter_file::sources(workspace, chapter)? {
        let now = file.current(workspace.root())?;
        all.push(file.path.clone());
        if now.as_deref() == Some(wanted(&file)) {
            continue;
        }
        is_work |= now.as_ref() != Some(&file.starter);
        files.push(file);
    }
    let backup = if is_work {
        keep(workspace, why, &chapter.name(), &all)?
    } else {
        None
    };
    for file in &files {
        chapter_file::write(&workspace.root().join(&file.path), wanted(file))?;
    }
    Ok(Replaced { files, backup })
}

/// Returns all saved copies, newest first.
pub fn list(workspace: &Workspace) -> Result<Vec<Backup>> {
    let kept = workspace.state().join("kept");
    let mut copies: Vec<Backup> = match fs::read_dir(&kept) {
        Ok(entries) => entries
            .flatten()
            .filter(|entry| entry.path().is_dir())
            .map(|entry| Backup {
                name: entry.file_name().to_string_lossy().into_owned(),
                note: fs::read_to_string(entry.path().join(NOTE))
                    .map(|note| note.trim().to_owned())
                    .unwrap_or_else(|_| "an incomplete copy".to_owned()),
                folder: entry.path(),
            })
            .collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(Error::file("read", &kept, &error)),
    };
    copies.sort_by(|a, b| b.name.cmp(&a.name));
    Ok(copies)
}

fn counted(files: usize) -> String {
    match files {
        1 => "1 file".to_owned(),
        files => format!("{files} files"),
    }
}

/// Creates the next numbered folder. If two processes try it at once, the operating
/// system decides which one gets it.
fn fresh_folder(kept: &Path, what: &str) -> Result<(String, PathBuf)> {
    fs::create_dir_all(kept).map_err(|error| Error::file("create", kept, &error))?;
    let entries =
        fs::read_dir(kept).map_err(|error| Error::file("read", kept, &error))?;
    let last = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.get(..4)?.parse::<u32>().ok())
        .max();
    let mut number = last.unwrap_or(0);
    loop {
        number += 1;
        let name = format!("{number:04}-{what}");
        let folder = kept.join(&name);
        match fs::create_dir(&folder) {
            Ok(()) => return Ok((name, folder)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::file("create", &folder, &error)),
        }
    }
}
