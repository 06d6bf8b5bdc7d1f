//! `cargo xtask reset`: the starter again; the learner's work is kept aside.

use std::path::PathBuf;

use words::say;

use crate::args::Args;
use crate::copies;
use crate::exit::{Exit, Result};
use crate::lock::Lock;
use crate::progress::Progress;
use crate::task;
use crate::workspace::Workspace;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &[], &[])?;
    let workspace = Workspace::find()?;
    let word = args.one_name("chapter", "cargo xtask reset chapter-1")?;
    let chapter = workspace.chapter(word)?;
    let _lock = Lock::take(&workspace)?;
    let mut changed = Vec::new();
    for source in task::sources(&workspace, chapter)? {
        if source.current(workspace.root())?.as_ref() != Some(&source.starter) {
            changed.push(source);
        }
    }
    let mut progress = Progress::read(&workspace)?;
    progress.forget(chapter);
    progress.save()?;
    if changed.is_empty() {
        say!("{} is as it started. Nothing to do.", chapter.name());
        return Ok(Exit::Passed);
    }
    let paths: Vec<PathBuf> =
        changed.iter().map(|source| source.path.clone()).collect();
    let copy = copies::keep(&workspace, "reset", &chapter.name(), &paths)?;
    for source in &changed {
        task::write(&workspace.root().join(&source.path), &source.starter)?;
        say!("started again: {}", source.path.display());
    }
    if let Some(copy) = copy {
        say!("Your work is kept as {}.", copy.name);
        say!("To have it back: cargo xtask restore {}", copy.name);
    }
    Ok(Exit::Passed)
}
