//! `cargo xtask hint`: the next of three hints for a check.

use words::say;

use crate::args::Args;
use crate::chapter::{Chapter, Tree};
use crate::exit::{Exit, Fault, Result};
use crate::progress::Progress;
use crate::table::{Check, Table};
use crate::terminal::{Ink, paint};
use crate::verdict::Status;
use crate::workspace::Workspace;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &[], &[])?;
    args.at_most(2)?;
    let workspace = Workspace::find()?;
    let (chapter, check) = match args.names() {
        [chapter] => (workspace.chapter(chapter)?, None),
        [chapter, check] => (workspace.chapter(chapter)?, Some(check.as_str())),
        _ => {
            return Err(Fault::usage("which chapter?")
                .next("cargo xtask hint chapter-1, or with the name of a check"));
        }
    };
    let table = Table::read(&chapter.path(workspace.root(), Tree::Exercises))?;
    let mut progress = Progress::read(&workspace)?;
    if check.is_none() && progress.passes_now(&workspace, chapter, &table)? {
        say!(
            "Every check of {} passes: nothing to hint at.",
            chapter.name()
        );
        return Ok(Exit::Passed);
    }
    let check = wanted(chapter, &table, &progress, check)?;
    let step = progress.step(chapter, &check.name);
    let hints = check.hints_at(step);
    let count = hints.len();
    let level = progress.hints(chapter, &check.name).min(count - 1);
    say!("{}", paint(Ink::Strong, &check.title));
    if let Some(step) = step {
        say!("It last failed at the step with `{step}`; the hints are about that.");
    }
    say!();
    for (index, hint) in hints.iter().take(level + 1).enumerate() {
        say!("  Hint {} of {count}: {hint}\n", index + 1);
    }
    progress.note_hints(chapter, &check.name, level + 1);
    progress.save()?;
    let name = chapter.name();
    if level + 1 < count {
        say!("Another one: cargo xtask hint {name} {}", check.name);
    } else {
        say!("That was the last one. The reference: cargo xtask solution {name}");
    }
    Ok(Exit::Passed)
}

/// The check that was named, or the first one that has not passed.
fn wanted<'a>(
    chapter: &Chapter,
    table: &'a Table,
    progress: &Progress,
    name: Option<&str>,
) -> Result<&'a Check> {
    let Some(name) = name else {
        let open = |check: &&Check| {
            progress.status(chapter, &check.name) != Some(Status::Passed)
        };
        let first = table.checks.iter().find(open).or(table.checks.last());
        return first.ok_or_else(|| Fault::runner("the chapter has no checks"));
    };
    table.check(&chapter.name(), name)
}
