//! `cargo xtask hint`: the next of three hints for a check.

use course::checks_file::{Check, ChecksFile};
use course::say;
use course::status::Status;

use crate::chapter::Chapter;
use crate::chapter::workspace::{Workspace, check_named};
use crate::cli::args::Args;
use crate::cli::error::{Error, Exit, Result};
use crate::cli::terminal::{Style, paint};
use crate::state::progress::Progress;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &[], &[])?;
    args.at_most(2)?;
    let workspace = Workspace::find()?;
    let (chapter, check) = match args.names() {
        [chapter] => (workspace.chapter(chapter)?, None),
        [chapter, check] => (workspace.chapter(chapter)?, Some(check.as_str())),
        _ => {
            return Err(Error::usage("which chapter?")
                .next("cargo xtask hint chapter-1, or with the name of a check"));
        }
    };
    let checks = workspace.checks_file(chapter)?;
    let mut progress = Progress::read(&workspace)?;
    if check.is_none() && progress.passes_now(&workspace, chapter, &checks)? {
        say!(
            "Every check of {} passes, so there is nothing to hint at.",
            chapter.name()
        );
        return Ok(Exit::Passed);
    }
    let check = wanted(chapter, &checks, &progress, check)?;
    let step = progress.step(chapter, &check.name);
    let hints = check.hints_at(step);
    let count = hints.len();
    let level = progress.hints(chapter, &check.name).min(count - 1);
    say!("{}", paint(Style::Strong, &check.title));
    if let Some(step) = step {
        say!(
            "It last failed at the step with `{step}`; these hints are about that step."
        );
    }
    say!();
    for (index, hint) in hints.iter().take(level + 1).enumerate() {
        say!("  Hint {} of {count}: {hint}\n", index + 1);
    }
    progress.note_hints(chapter, &check.name, level + 1);
    progress.save()?;
    let name = chapter.name();
    if level + 1 < count {
        say!("Next hint: cargo xtask hint {name} {}", check.name);
    } else {
        say!("That was the last hint. Reference solution: cargo xtask solution {name}");
    }
    Ok(Exit::Passed)
}

/// Returns the check that was named, or the first one that hasn't passed.
fn wanted<'a>(
    chapter: &Chapter,
    file: &'a ChecksFile,
    progress: &Progress,
    name: Option<&str>,
) -> Result<&'a Check> {
    let Some(name) = name else {
        let open = |check: &&Check| {
            progress.status(chapter, &check.name) != Some(Status::Passed)
        };
        let first = file.checks.iter().find(open).or(file.checks.last());
        return first.ok_or_else(|| Error::internal("the chapter has no checks"));
    };
    check_named(file, chapter, name)
}
