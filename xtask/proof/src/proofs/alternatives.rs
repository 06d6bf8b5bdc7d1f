//! Other correct solutions: a step that is solved in another way must pass, too.
//!
//! `solutions/chapter-NN-noun/others/NAME` contains files of steps, by authors who
//! haven't seen ours. They replace ours in a scratch copy, and every check must pass.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use course::chapter::{self, Tree};

use crate::harness::filter::Filter;
use crate::harness::pool;
use crate::harness::runner;
use crate::harness::scratch::Scratch;
use crate::harness::tally::{Counter, Tally};

/// Another correct solution of a chapter.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// The chapter's folder, `chapter-01-addresses`.
    pub folder: String,
    /// Its name: the folder below `others`.
    pub name: String,
    /// The files of its steps, by their names below `src`, with their text.
    pub files: Vec<(PathBuf, String)>,
}

/// Checks every other solution that `filter` takes.
pub fn prove(filter: &Filter) -> Result<Tally> {
    let mut all = read_all(&runner::root())?;
    all.retain(|other| filter.takes(&[&other.folder, &other.name]));
    accept_all(all)
}

/// Checks correct solutions of the chapter in `folder` from elsewhere. Each folder in
/// `outside` contains the files of one solution.
pub fn prove_outside(folder: &str, outside: &Path) -> Result<Tally> {
    let root = runner::root().join("solutions").join(folder);
    ensure!(root.is_dir(), "there is no {}", root.display());
    let all = folders(outside)?;
    let read = |other: &PathBuf| Alternative::read(folder, other);
    accept_all(all.iter().map(read).collect::<Result<Vec<_>>>()?)
}

fn accept_all(all: Vec<Alternative>) -> Result<Tally> {
    let counter = Counter::default();
    let workers = pool::cores().min(all.len().max(1));
    // The last chapters take longest, so they come first.
    pool::share(all.into_iter().rev(), workers, |number, next| {
        let scratch = Scratch::open(number)?;
        while let Some(other) = next() {
            let name = format!("accepted: {} {}", other.folder, other.name);
            counter.count(&name, accept(&scratch, &other));
        }
        Ok(())
    })?;
    Ok(counter.tally())
}

/// Puts the files in place, runs every check, and takes them back.
fn accept(scratch: &Scratch, other: &Alternative) -> Result<()> {
    let source = Path::new("solutions").join(&other.folder).join("src");
    let mut ours = Vec::new();
    for (file, text) in &other.files {
        let path = source.join(file);
        ours.push((path.clone(), scratch.read(&path)?));
        scratch.write(&path, text)?;
    }
    let judged = runner::check(scratch.root(), &format!("{} --solution", other.folder));
    for (path, text) in ours {
        scratch.write(&path, &text)?;
    }
    let checks = judged?;
    ensure!(!checks.is_empty(), "no check ran");
    for check in checks {
        ensure!(check["status"] == "passed", "{check}");
    }
    Ok(())
}

/// Reads `others` of every chapter of the workbook at `root`.
pub fn read_all(root: &Path) -> Result<Vec<Alternative>> {
    let mut all = Vec::new();
    for chapter in chapter::list(root)? {
        let others = chapter.path(root, Tree::Solutions).join("others");
        if !others.is_dir() {
            continue;
        }
        for other in folders(&others)? {
            all.push(Alternative::read(chapter.folder(), &other)?);
        }
    }
    Ok(all)
}

impl Alternative {
    fn read(folder: &str, path: &Path) -> Result<Self> {
        let files = files_below(path)?;
        ensure!(!files.is_empty(), "{} holds no file", path.display());
        Ok(Self {
            folder: folder.to_owned(),
            name: named(path),
            files,
        })
    }
}

/// The files below a folder, by their paths from there, with their text.
fn files_below(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        let (path, name) = (entry.path(), PathBuf::from(entry.file_name()));
        if path.is_dir() {
            let inner = files_below(&path)?.into_iter();
            files.extend(inner.map(|(file, text)| (name.join(file), text)));
        } else {
            let text = fs::read_to_string(&path)
                .with_context(|| path.display().to_string())?;
            files.push((name, text));
        }
    }
    Ok(files)
}

fn folders(path: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(path).with_context(|| path.display().to_string())?;
    let mut folders: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    Ok(folders)
}

fn named(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
