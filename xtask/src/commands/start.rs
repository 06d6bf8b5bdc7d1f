//! `cargo xtask start`: anyone can begin anywhere. Where an earlier chapter of
//! the learner's does not pass, the reference stands in for it.

use std::path::PathBuf;

use words::say;

use crate::args::Args;
use crate::build::{self, Build};
use crate::chapter::{Chapter, Tree};
use crate::copies;
use crate::exit::{Exit, Result};
use crate::grade::{self, Order};
use crate::lock::Lock;
use crate::progress::Progress;
use crate::task::{self, Source};
use crate::workspace::Workspace;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &[], &[])?;
    let workspace = Workspace::find()?;
    let word = args.one_name("chapter", "cargo xtask start chapter-5")?;
    let chapter = workspace.chapter(word)?.clone();
    let _lock = Lock::take(&workspace)?;
    for earlier in workspace.before(&chapter) {
        stand_in(&workspace, earlier)?;
    }
    say!("{}: building it with these.", chapter.name());
    set_aside_what_does_not_compile(&workspace, &chapter)?;
    say!("\nNext: cargo xtask check {}", chapter.name());
    Ok(Exit::Passed)
}

/// Is the chapter, as it stands, the reference?
pub fn is_reference(workspace: &Workspace, chapter: &Chapter) -> Result<bool> {
    let tasks = task::tasks(workspace, chapter)?;
    for task in &tasks {
        if task.current(workspace.root())?.as_ref() != Some(&task.reference) {
            return Ok(false);
        }
    }
    Ok(!tasks.is_empty())
}

/// Leaves a chapter that passes alone, and puts the reference in otherwise.
fn stand_in(workspace: &Workspace, earlier: &Chapter) -> Result<()> {
    let name = earlier.name();
    if is_reference(workspace, earlier)? {
        say!("{name}: the reference, already.");
        return Ok(());
    }
    if is_starter(workspace, earlier)? {
        say!("{name}: not started; the reference stands in.");
    } else {
        say!("{name}: edited; checking whether it passes.");
        if passes(workspace, earlier)? {
            say!("{name}: yours, and it passes.");
            return Ok(());
        }
        say!("{name}: yours does not pass yet; the reference stands in.");
    }
    put_reference(workspace, earlier)
}

fn is_starter(workspace: &Workspace, chapter: &Chapter) -> Result<bool> {
    for task in task::tasks(workspace, chapter)? {
        if task.current(workspace.root())?.as_ref() != Some(&task.starter) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn passes(workspace: &Workspace, chapter: &Chapter) -> Result<bool> {
    let order = Order {
        chapter,
        tree: Tree::Exercises,
        only: None,
        built: None,
        patience: 1,
        stop: false,
    };
    let graded = grade::grade(workspace, order, &mut |_| {})?;
    Ok(graded.passed())
}

fn put_reference(workspace: &Workspace, earlier: &Chapter) -> Result<()> {
    let sources = task::sources(workspace, earlier)?;
    let mut changed = Vec::new();
    for source in sources {
        if source.current(workspace.root())?.as_ref() != Some(&source.reference) {
            changed.push(source);
        }
    }
    // A starter is nobody's work: there is nothing to keep.
    let mut written = Vec::new();
    for source in &changed {
        if source.current(workspace.root())?.as_ref() != Some(&source.starter) {
            written.push(source.path.clone());
        }
    }
    let copy = copies::keep(workspace, "start", &earlier.name(), &written)?;
    for source in &changed {
        task::write(&workspace.root().join(&source.path), &source.reference)?;
    }
    // Verdicts on the learner's own code say nothing about the reference.
    let mut progress = Progress::read(workspace)?;
    progress.forget(earlier);
    progress.save()?;
    if let Some(copy) = copy {
        say!("  your files are kept: cargo xtask restore {}", copy.name);
    }
    Ok(())
}

/// Files of this chapter that the learner wrote against other code may not
/// compile against the reference: they are named, kept, and start again.
fn set_aside_what_does_not_compile(
    workspace: &Workspace,
    chapter: &Chapter,
) -> Result<()> {
    if matches!(
        build::check_program(workspace, chapter, Tree::Exercises)?,
        Build::Ready(_)
    ) {
        return Ok(());
    }
    let mut edited: Vec<Source> = Vec::new();
    for source in task::sources(workspace, chapter)? {
        if source.current(workspace.root())?.as_ref() != Some(&source.starter) {
            edited.push(source);
        }
    }
    let paths: Vec<PathBuf> = edited.iter().map(|source| source.path.clone()).collect();
    let copy = copies::keep(workspace, "start", &chapter.name(), &paths)?;
    for source in &edited {
        task::write(&workspace.root().join(&source.path), &source.starter)?;
        say!("{} does not compile: set aside.", source.path.display());
    }
    if let Some(copy) = copy {
        say!("  your files are kept: cargo xtask restore {}", copy.name);
    }
    Ok(())
}
