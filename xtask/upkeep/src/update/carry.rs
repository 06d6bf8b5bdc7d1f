//! `update --work OLDER`: copies the work from an older copy of the workbook into this
//! one, for learners without git. The older copy is only read.

use std::fs;
use std::path::{Path, PathBuf};

use course::say;
use xtask::chapter::chapter_file::{self, files_below};
use xtask::chapter::workspace::Workspace;
use xtask::cli::error::{Error, Exit, Result};
use xtask::state::backups;

use super::file;
use super::plan::{Edit, Outcome};
use super::write_outcome;

/// Runs it.
pub fn run(workspace: &Workspace, older: &Path) -> Result<Exit> {
    if !older.join("exercises").is_dir() || !older.join("solutions").is_dir() {
        return Err(Error::usage(format!(
            "{} isn't a copy of the workbook, because it has no `exercises`",
            older.display()
        ))
        .next("in the newer copy: cargo xtask update --work PATH-TO-THE-OLDER-ONE"));
    }
    let old = Workspace::at(older)?;
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.into());
    if real(old.root()) == real(workspace.root()) {
        return Err(Error::usage("that's this copy itself")
            .next("unpack the newer workbook beside it, and run this there"));
    }
    let edits = edits(workspace, &old)?;
    if edits.is_empty() {
        say!("There is no work of yours in {}.", older.display());
        return Ok(Exit::Passed);
    }
    let paths: Vec<PathBuf> = edits.iter().map(|edit| edit.path.clone()).collect();
    let copy = backups::keep(workspace, "update", "all", &paths)?;
    let mut clashes = 0;
    for edit in &edits {
        clashes += usize::from(!write_outcome(workspace, edit)?);
    }
    if let Some(copy) = copy {
        say!("Your previous files are kept as {}.", copy.name);
    }
    say!(
        "{} is as it was.\n\nNext: cargo xtask check all",
        older.display()
    );
    Ok(if clashes == 0 {
        Exit::Passed
    } else {
        Exit::Failed
    })
}

fn edits(workspace: &Workspace, old: &Workspace) -> Result<Vec<Edit>> {
    let mut edits = Vec::new();
    for chapter in old.chapters() {
        let number = chapter.number().to_string();
        let newer = workspace.chapter(&number).ok();
        let newer_sources = match newer {
            Some(newer) => chapter_file::sources(workspace, newer)?,
            None => Vec::new(),
        };
        let folder = chapter.path(old.root(), xtask::chapter::Tree::Exercises);
        let mut files = vec![folder.join("prediction.toml")];
        files_below(&folder.join("src"), &mut files)?;
        let starts = chapter_file::sources(old, chapter)?;
        for from in files.iter().filter(|path| path.is_file()) {
            let inside = from.strip_prefix(&folder).unwrap_or(from);
            let mine = file::read(from)?.unwrap_or_default();
            let is_it =
                |path: &Path| path.ends_with(Path::new(chapter.folder()).join(inside));
            let start = starts.iter().find(|source| is_it(&source.path));
            let start = start.map(|source| source.starter.as_bytes());
            if start == Some(&mine) {
                continue;
            }
            let to = newer.unwrap_or(chapter);
            let path = Path::new("exercises").join(to.folder()).join(inside);
            let newest = newer_sources.iter().find(|source| source.path == path);
            let newest = match newest {
                Some(source) => Some(source.starter.clone().into_bytes()),
                None => file::read(&workspace.root().join(&path))?,
            };
            if newest.as_ref() == Some(&mine) {
                continue;
            }
            edits.push(Edit {
                outcome: outcome(&path, mine, start, newest),
                path,
            });
        }
    }
    Ok(edits)
}

/// Without git there's no merge, so a file that has changed in the newer workbook is a
/// conflict.
fn outcome(
    path: &Path,
    mine: Vec<u8>,
    start: Option<&[u8]>,
    newest: Option<Vec<u8>>,
) -> Outcome {
    let path = path.to_owned();
    match newest {
        Some(newer) if start.is_some_and(|start| start != newer) => {
            Outcome::Clash { path, mine, newer }
        }
        Some(_) | None => Outcome::Written {
            path,
            bytes: mine,
            merged: false,
        },
    }
}
