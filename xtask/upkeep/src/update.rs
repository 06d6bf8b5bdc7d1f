//! `cargo xtask update`: merges a newer workbook into one with a learner's edits.
//!
//! It doesn't use git's own merge, which can stop halfway and leave the learner in the
//! middle of a conflict. Every file that differs from what the learner started with is
//! kept as a copy, merged in memory (a three-way merge), and written after the newer
//! workbook was checked out. If there's a conflict in a file, the learner's version
//! stays.

mod carry;
mod file;
mod git;
mod moved;
mod plan;
mod source;

use std::path::{Path, PathBuf};

use course::say;
use xtask::chapter::workspace::Workspace;
use xtask::cli::args::Args;
use xtask::cli::error::{Error, Exit, Result};
use xtask::state::backups::{self, Backup};
use xtask::state::lock::Lock;

use crate::update::git::{Git, Tree};
use crate::update::moved::Moved;
use crate::update::plan::{Edit, Outcome, Plan};

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &["--undo"], &["--from", "--work"])?;
    args.at_most(0)?;
    let workspace = Workspace::find()?;
    if let Some(older) = args.value("--work") {
        let _lock = Lock::take(&workspace)?;
        return carry::run(&workspace, Path::new(older));
    }
    let git = Git::open(&workspace)?;
    let _lock = Lock::take(&workspace)?;
    git.is_at_rest()?;
    if args.has("--undo") {
        return undo(&workspace, &git);
    }
    if let Some(broken_off) = Moved::read(&workspace)?.filter(|moved| !moved.is_done) {
        let head = git.head()?;
        if head == broken_off.from || head == broken_off.to {
            say!("An earlier update was interrupted, so it's undone first.");
            take_back(&workspace, &git, &broken_off)?;
        }
    }
    update(&workspace, &git, args.value("--from"))
}

fn update(workspace: &Workspace, git: &Git, from: Option<&str>) -> Result<Exit> {
    let source = git.source(from)?;
    say!("Checking {source} for a newer workbook.");
    let newer = git.fetch(&source)?;
    let base = git.common(&newer, &source)?;
    if base == newer {
        say!(
            "There is no newer one: yours and the newest one there are both from {}.{}",
            git.dated(&base)?,
            source.advice()
        );
        return Ok(Exit::Passed);
    }
    git.is_a_workbook(&newer, &source)?;
    say!("From {} to {}:\n", git.dated(&base)?, git.dated(&newer)?);
    for line in git.news(&base, &newer)? {
        say!("  {line}");
    }
    say!();

    let plan = Plan::make(git, &base, &newer)?;
    let paths: Vec<PathBuf> = plan.edits.iter().map(|edit| edit.path.clone()).collect();
    let copy = backups::keep(workspace, "update", "all", &paths)?;
    let mut moved = Moved {
        from: git.head()?,
        to: plan.commit(git)?,
        copy: copy.as_ref().map(|copy| copy.name.clone()),
        is_done: false,
    };
    moved.write(workspace)?;
    let went = clear(workspace, git, &paths, &newer).and_then(|()| git.go(&moved.to));
    if let Err(fault) = went {
        // The learner's files are restored, whatever has stopped the update.
        take_back(workspace, git, &moved)?;
        return Err(fault);
    }
    let mut clashes = 0;
    for edit in &plan.edits {
        clashes += usize::from(!write_outcome(workspace, edit)?);
    }
    moved.is_done = true;
    moved.write(workspace)?;
    if let Some(copy) = copy {
        say!("Your previous files are kept as {}.", copy.name);
    }
    say!("To undo all of this: cargo xtask update --undo");
    say!("\nNext: cargo xtask");
    Ok(if clashes == 0 {
        Exit::Passed
    } else {
        Exit::Failed
    })
}

/// Restores these files to git's version, and moves untracked files out of the way of
/// those in `next`. Copies of all of them are kept first.
fn clear(
    workspace: &Workspace,
    git: &Git,
    paths: &[PathBuf],
    next: &str,
) -> Result<()> {
    let (head, next) = (git.tree("HEAD")?, git.tree(next)?);
    for path in paths {
        if head.contains_key(path) {
            git.checkout_head(path)?;
            continue;
        }
        git.forget(path)?;
        if next.contains_key(path) || is_beside(path, &head) {
            file::remove(&workspace.root().join(path))?;
        }
    }
    Ok(())
}

/// Whether it is a newer file, laid beside the learner's.
fn is_beside(path: &Path, head: &Tree) -> bool {
    path.extension().is_some_and(|ending| ending == "new")
        && head.contains_key(&path.with_extension(""))
}

/// Writes the result for one file, and prints it. Returns false if the learner has to
/// do something.
fn write_outcome(workspace: &Workspace, edit: &Edit) -> Result<bool> {
    let shown = edit.path.display();
    match &edit.outcome {
        Outcome::Same => {}
        Outcome::Written {
            path,
            bytes,
            merged,
        } => {
            file::write(&workspace.root().join(path), bytes)?;
            let and = if *merged { ", and merged" } else { "" };
            if *path == edit.path {
                say!("{shown}: your work is kept{and}.");
            } else {
                say!("{shown}: your work has moved to {}{and}.", path.display());
            }
        }
        Outcome::Alone { bytes } => {
            file::write(&workspace.root().join(&edit.path), bytes)?;
            say!(
                "{shown}: your file stays; the newer workbook doesn't have this file."
            );
        }
        Outcome::Deleted => {
            say!("{shown}: you had deleted this file; it has been restored.");
        }
        Outcome::Clash { path, mine, newer } => {
            file::write(&workspace.root().join(path), mine)?;
            let mut beside = path.clone().into_os_string();
            beside.push(".new");
            file::write(&workspace.root().join(&beside), newer)?;
            say!(
                "{}: your file stays; the newer one is beside it as {}.",
                path.display(),
                Path::new(&beside).display()
            );
            return Ok(false);
        }
    }
    Ok(true)
}

/// Undoes the last update.
fn undo(workspace: &Workspace, git: &Git) -> Result<Exit> {
    let Some(moved) = Moved::read(workspace)? else {
        return Err(Error::usage("there is no update to undo"));
    };
    let head = git.head()?;
    if head != moved.to && (moved.is_done || head != moved.from) {
        return Err(Error::usage(format!(
            "there are commits after the update, on {}",
            git.branch()?
        ))
        .next(format!(
            "git log {}.. shows them; your files from before the update: cargo xtask \
             restore",
            git.short(&moved.to)?
        )));
    }
    take_back(workspace, git, &moved)?;
    say!(
        "The workbook is as it was before the update: {}.",
        git.dated(&moved.from)?
    );
    Ok(Exit::Passed)
}

/// Returns to the commit before the update, with the files of that time.
fn take_back(workspace: &Workspace, git: &Git, moved: &Moved) -> Result<()> {
    // Anything that was written since may be needed again, too.
    let since = in_the_way(workspace, git, moved)?;
    let kept = backups::keep(workspace, "undo", "update", &since)?;
    clear(workspace, git, &since, &moved.from)?;
    git.go(&moved.from)?;
    let copies = backups::list(workspace)?;
    let copy: Option<&Backup> = copies
        .iter()
        .find(|copy| Some(&copy.name) == moved.copy.as_ref());
    if let Some(copy) = copy {
        for path in copy.files()? {
            file::write(&workspace.root().join(&path), &copy.bytes(&path)?)?;
        }
    }
    if let Some(kept) = kept {
        say!(
            "The files that were here until now are kept as {}.",
            kept.name
        );
    }
    Moved::forget(workspace)
}

/// Returns the files that differ from the last commit and are in the way of the commit
/// before the update. Untracked files that aren't in the way are left alone.
fn in_the_way(workspace: &Workspace, git: &Git, moved: &Moved) -> Result<Vec<PathBuf>> {
    let (head, from) = (git.tree("HEAD")?, git.tree(&moved.from)?);
    let mut paths = git.changed("HEAD")?;
    paths.retain(|path| {
        let known = head.contains_key(path) || from.contains_key(path);
        workspace.root().join(path).is_file() && (known || is_beside(path, &head))
    });
    Ok(paths)
}
