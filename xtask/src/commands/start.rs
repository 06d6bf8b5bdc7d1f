//! `cargo xtask start`: lets a learner start at any chapter. If the learner's code of
//! an earlier chapter doesn't pass, the reference solution fills in for it.

use course::say;

use crate::chapter::chapter_file::{is_reference, is_starter};
use crate::chapter::workspace::Workspace;
use crate::chapter::{Chapter, Tree};
use crate::cli::args::Args;
use crate::cli::error::{Exit, Result};
use crate::grading::build::{self, Build};
use crate::grading::grade::{self, GradeRequest};
use crate::state::backups::{self, Replaced};
use crate::state::lock::Lock;
use crate::state::progress::Progress;

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
    say!("{}: building it with these chapters.", chapter.name());
    set_aside_what_does_not_compile(&workspace, &chapter)?;
    say!("\nNext: cargo xtask check {}", chapter.name());
    Ok(Exit::Passed)
}

/// Leaves a chapter that passes alone, and otherwise replaces it by the reference
/// solution.
fn stand_in(workspace: &Workspace, earlier: &Chapter) -> Result<()> {
    let name = earlier.name();
    if is_reference(workspace, earlier)? {
        say!("{name}: already our reference solution.");
        return Ok(());
    }
    if is_starter(workspace, earlier)? {
        say!("{name}: not started, so our reference solution fills in.");
    } else {
        say!("{name}: edited; checking whether it passes.");
        if passes(workspace, earlier)? {
            say!("{name}: your code passes, so it stays.");
            return Ok(());
        }
        say!("{name}: your code doesn't pass yet, so our reference solution fills in.");
    }
    put_reference(workspace, earlier)
}

fn passes(workspace: &Workspace, chapter: &Chapter) -> Result<bool> {
    let request = GradeRequest {
        chapter,
        tree: Tree::Exercises,
        only: None,
        built: None,
        patience: 1,
        stop: false,
    };
    let graded = grade::grade(workspace, request, &mut |_| {})?;
    Ok(graded.passed())
}

fn put_reference(workspace: &Workspace, earlier: &Chapter) -> Result<()> {
    let replaced =
        backups::replace(workspace, earlier, "start", |file| &file.reference)?;
    // Verdicts on the learner's own code don't apply to the reference solution.
    let mut progress = Progress::read(workspace)?;
    progress.forget(earlier);
    progress.save()?;
    print_backup(&replaced);
    Ok(())
}

/// Files of this chapter that the learner wrote against other code may not compile with
/// the reference solution. These are named, kept as a copy, and reset to the starter.
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
    let replaced = backups::replace(workspace, chapter, "start", |file| &file.starter)?;
    for file in &replaced.files {
        say!(
            "{} doesn't compile, so it was reset to the starter.",
            file.path.display()
        );
    }
    print_backup(&replaced);
    Ok(())
}

fn print_backup(replaced: &Replaced) {
    if let Some(backup) = &replaced.backup {
        let name = &backup.name;
        say!("  your files are kept: cargo xtask restore {name}");
    }
}
