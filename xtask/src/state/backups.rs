//! Kept copies: nothing overwrites a learner's file before a copy is here.
//!
//! A copy is a folder `.workbook/kept/NNNN-command-chapter` with the files
//! under their own paths, and a `note.txt` that says in words what it is.

use std::fs;
use std::path::{Path, PathBuf};

use crate::chapter::Chapter;
use crate::chapter::chapter_file::{self, ChapterFile, files_below};
use crate::chapter::workspace::Workspace;
use crate::cli::error::{Error, Result};

const NOTE: &str = "note.txt";

/// One kept copy.
#[derive(Debug, Clone)]
pub struct Backup {
    /// Its stable name, `0003-reset-chapter-1`.
    pub name: String,
    /// What it is, in words.
    pub note: String,
    folder: PathBuf,
}

impl Backup {
    /// The files in it, by their paths from the root of the workbook.
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

    /// The bytes of one of its files.
    pub fn bytes(&self, file: &Path) -> Result<Vec<u8>> {
        let path = self.folder.join(file);
        fs::read(&path).map_err(|error| Error::file("read", &path, &error))
    }
}

/// Keeps the files at `paths` (from the root) as they are now. Returns nothing
/// when none of them exists.
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

/// What [`replace`] has done.
#[derive(Debug)]
pub struct Replaced {
    /// The files that were written.
    pub files: Vec<ChapterFile>,
    /// What stood in them before; nothing where that was nobody's work.
    pub backup: Option<Backup>,
}

/// Gives every file of a chapter the text that `wanted` says. Files that change are
/// kept first, unless they are starters: those are nobody's work.
pub fn replace(
    workspace: &Workspace,
    chapter: &Chapter,
    why: &str,
    wanted: fn(&ChapterFile) -> &str,
) -> Result<Replaced> {
    let (mut files, mut work) = (Vec::new(), Vec::new());
    for file in chapter_file::sources(workspace, chapter)? {
        let now = file.current(workspace.root())?;
        if now.as_deref() == Some(wanted(&file)) {
            continue;
        }
        if now.as_ref() != Some(&file.starter) {
            work.push(file.path.clone());
        }
        files.push(file);
    }
    let backup = keep(workspace, why, &chapter.name(), &work)?;
    for file in &files {
        chapter_file::write(&workspace.root().join(&file.path), wanted(file))?;
    }
    Ok(Replaced { files, backup })
}

/// All kept copies, newest first.
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
                    .unwrap_or_else(|_| "a copy that was cut short".to_owned()),
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

/// Makes the next numbered folder; the system decides who comes first.
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
