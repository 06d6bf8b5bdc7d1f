//! `--watch`: judges again whenever a file of the chapter is saved.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::chapter::{Chapter, Tree};
use crate::exit::{Exit, Result};
use crate::progress::{files_below, is_code};
use crate::terminal::symbol;
use crate::workspace::Workspace;

/// Polling works on every system and every kind of drive, and asks a few
/// files' time stamps only.
const LOOK: Duration = Duration::from_millis(250);

/// Calls `judge` now and after every change, until the process is interrupted.
pub fn run(
    workspace: &Workspace,
    chapters: &[Chapter],
    mut judge: impl FnMut() -> Result<Exit>,
) -> Result<Exit> {
    let folders = folders(workspace, chapters)?;
    loop {
        let before = stamps(&folders);
        // A file that is missing for a moment is no reason to stop watching.
        if let Err(fault) = judge() {
            eprintln!("{fault}");
        }
        println!(
            "Watching {}. Save a file to check again; Ctrl-C ends.",
            names(chapters)
        );
        while stamps(&folders) == before {
            thread::sleep(LOOK);
        }
        println!("\n{}\n", symbol("─", "-").repeat(72));
    }
}

fn folders(workspace: &Workspace, chapters: &[Chapter]) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for chapter in chapters {
        folders.push(chapter.path(workspace.root(), Tree::Exercises));
        for earlier in chapter.built_on(workspace)? {
            folders.push(earlier.path(workspace.root(), Tree::Exercises));
        }
    }
    Ok(folders)
}

fn names(chapters: &[Chapter]) -> String {
    let names: Vec<String> = chapters.iter().map(Chapter::name).collect();
    names.join(", ")
}

/// Every file that a learner edits, with its time and length. A file that is
/// just being replaced may be missing for a moment: that is a change, too.
fn stamps(folders: &[PathBuf]) -> Vec<(PathBuf, SystemTime, u64)> {
    let mut stamps = Vec::new();
    for folder in folders {
        let mut files = vec![folder.join("prediction.toml")];
        let _ = files_below(&folder.join("src"), &mut files);
        files.retain(|path| is_code(path) || path.ends_with("prediction.toml"));
        stamps.extend(files.iter().filter_map(|path| stamp(path)));
    }
    stamps.sort();
    stamps
}

fn stamp(path: &Path) -> Option<(PathBuf, SystemTime, u64)> {
    let facts = fs::metadata(path).ok()?;
    Some((path.to_owned(), facts.modified().ok()?, facts.len()))
}
