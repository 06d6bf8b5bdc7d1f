//! `cargo xtask reset`: restores the starter, and keeps a copy of the learner's work.

use course::say;

use crate::chapter::workspace::Workspace;
use crate::cli::args::Args;
use crate::cli::error::{Exit, Result};
use crate::state::backups;
use crate::state::lock::Lock;
use crate::state::progress::Progress;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &[], &[])?;
    let workspace = Workspace::find()?;
    let word = args.one_name("chapter", "cargo xtask reset chapter-1")?;
    let chapter = workspace.chapter(word)?;
    let _lock = Lock::take(&workspace)?;
    let mut progress = Progress::read(&workspace)?;
    progress.forget(chapter);
    progress.save()?;
    let replaced =
        backups::replace(&workspace, chapter, "reset", |file| &file.starter)?;
    if replaced.files.is_empty() {
        say!(
            "{} is already the starter, so there is nothing to do.",
            chapter.name()
        );
        return Ok(Exit::Passed);
    }
    for file in &replaced.files {
        say!("reset to the starter: {}", file.path.display());
    }
    if let Some(backup) = replaced.backup {
        say!("Your work is kept as {}.", backup.name);
        say!("To get it back: cargo xtask restore {}", backup.name);
    }
    Ok(Exit::Passed)
}
