//! `cargo xtask restore`: puts a saved copy back.

use std::fs;

use course::near::nearest;
use course::say;

use crate::chapter::Chapter;
use crate::chapter::chapter_file;
use crate::chapter::workspace::Workspace;
use crate::cli::args::Args;
use crate::cli::error::{Error, Exit, Result};
use crate::state::backups::{self, Backup};
use crate::state::lock::Lock;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &[], &[])?;
    let workspace = Workspace::find()?;
    let all = backups::list(&workspace)?;
    let Some(word) = args.names().first() else {
        return Ok(show(&all));
    };
    let word = args.one_name("copy", "cargo xtask restore").map(|_| word)?;
    let copy = wanted(&workspace, &all, word)?;
    let _lock = Lock::take(&workspace)?;
    put_back(&workspace, copy)?;
    Ok(Exit::Passed)
}

fn show(backups: &[Backup]) -> Exit {
    if backups.is_empty() {
        say!(
            "There are no saved copies, because none of your files was ever overwritten."
        );
        return Exit::Passed;
    }
    say!("Saved copies, newest first:\n");
    for copy in backups {
        say!("  {:<28} {}", copy.name, copy.note);
    }
    say!("\nTo put one back: cargo xtask restore NAME");
    Exit::Passed
}

/// Returns a copy by its name or number, or the newest one of a chapter.
fn wanted<'a>(
    workspace: &Workspace,
    backups: &'a [Backup],
    word: &str,
) -> Result<&'a Backup> {
    let numbered = |copy: &&Backup| copy.name.split('-').next() == Some(word);
    let exact = backups.iter().find(|copy| copy.name == word);
    if let Some(copy) = exact.or_else(|| backups.iter().find(numbered)) {
        return Ok(copy);
    }
    if let Ok(chapter) = workspace.chapter(word) {
        for copy in backups {
            if holds_work(workspace, chapter, copy)? {
                return Ok(copy);
            }
        }
        return Err(Error::usage(format!(
            "there is no saved copy of your work on {} that differs from your files",
            chapter.name()
        ))
        .next("cargo xtask restore"));
    }
    let fault = Error::usage(format!("there is no saved copy called `{word}`"));
    let names = backups.iter().map(|copy| copy.name.as_str());
    Err(match nearest(word, names) {
        Some(near) => fault.next(format!("did you mean `{near}`?")),
        None => fault.next("cargo xtask restore, to see what is kept"),
    })
}

/// Returns whether the copy holds a file of the chapter that is neither the starter, nor
/// the reference, nor the current text. Otherwise a second `restore` would bring back what
/// the first one has replaced.
fn holds_work(workspace: &Workspace, chapter: &Chapter, copy: &Backup) -> Result<bool> {
    for source in chapter_file::sources(workspace, chapter)? {
        if copy.files()?.contains(&source.path) {
            let kept = copy.bytes(&source.path)?;
            let now = source.current(workspace.root())?.unwrap_or_default();
            let others = [&source.starter, &source.reference, &now];
            if others.iter().all(|other| kept != other.as_bytes()) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn put_back(workspace: &Workspace, copy: &Backup) -> Result<()> {
    let files = copy.files()?;
    let number = copy.name.split('-').next().unwrap_or(&copy.name);
    // The files that are there now may be needed again, too.
    let now = backups::keep(workspace, "restore", number, &files)?;
    for file in &files {
        let path = workspace.root().join(file);
        let bytes = copy.bytes(file)?;
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, bytes))
            .map_err(|error| Error::file("write", &path, &error))?;
        say!("restored: {}", file.display());
    }
    if let Some(now) = now {
        say!("Your previous files are kept as {}.", now.name);
    }
    Ok(())
}
