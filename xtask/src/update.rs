//! `cargo xtask update`: takes a newer workbook over a learner's edits.
//!
//! Every file that the learner edited is kept as a copy, put back to what git
//! has, brought up to date, and merged again three ways: what the learner
//! started from, what the learner wrote, and what the newer workbook has.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::args::Args;
use crate::copies;
use crate::exit::{Exit, Fault, Result};
use crate::lock::Lock;
use crate::task;
use crate::workspace::Workspace;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &[], &["--from"])?;
    args.at_most(0)?;
    let workspace = Workspace::find()?;
    let git = Git::open(&workspace)?;
    git.is_at_rest()?;
    let _lock = Lock::take(&workspace)?;
    let newer = git.newer(args.value("--from"))?;
    let base = git.text(&["merge-base", "HEAD", &newer])?;
    if base == git.text(&["rev-parse", &newer])? {
        println!("This is the newest workbook already.");
        return Ok(Exit::Passed);
    }
    let edited = git.edited(&base)?;
    let paths: Vec<PathBuf> = edited.iter().map(|edit| edit.path.clone()).collect();
    let copy = copies::keep(&workspace, "update", "all", &paths)?;
    let merged = git.set_back(&paths).and_then(|()| git.merge(&newer));
    if let Err(fault) = merged {
        // The learner's files come back, whatever stopped git.
        for edit in &edited {
            task::write(&workspace.root().join(&edit.path), &edit.mine)?;
        }
        return Err(fault);
    }
    let mut conflicts = 0;
    for edit in &edited {
        conflicts += usize::from(!settle(&workspace, &git, edit, &newer)?);
    }
    if let Some(copy) = copy {
        println!("Your files as they were are kept as {}.", copy.name);
    }
    println!("\nNext: cargo xtask");
    Ok(if conflicts == 0 {
        Exit::Passed
    } else {
        Exit::Failed
    })
}

/// A file that the learner changed.
struct Edit {
    path: PathBuf,
    mine: String,
    /// What the learner started from; nothing for a file of the learner's own.
    base: Option<String>,
}

/// Merges one file; false if the learner has to.
fn settle(workspace: &Workspace, git: &Git, edit: &Edit, newer: &str) -> Result<bool> {
    let path = workspace.root().join(&edit.path);
    let shown = edit.path.display();
    let Some(new) = git.file(newer, &edit.path)? else {
        println!("{shown}: the newer workbook has no such file; yours is in the copy.");
        return Ok(true);
    };
    let base = edit.base.clone().unwrap_or_default();
    if let Some(merged) = git.merge_texts(&edit.mine, &base, &new)? {
        task::write(&path, &merged)?;
        println!(
            "{shown}: your work is kept{}.",
            if base == new { "" } else { ", and merged" }
        );
        return Ok(true);
    }
    task::write(&path, &edit.mine)?;
    let mut beside = edit.path.clone().into_os_string();
    beside.push(".new");
    task::write(&workspace.root().join(&beside), &new)?;
    println!(
        "{shown}: yours stays; the newer one lies beside it as {}.",
        beside.display()
    );
    Ok(false)
}

/// The real git, in the workbook's root.
struct Git {
    root: PathBuf,
    state: PathBuf,
}

impl Git {
    fn open(workspace: &Workspace) -> Result<Self> {
        let git = Self {
            root: workspace.root().to_owned(),
            state: workspace.state(),
        };
        git.text(&["rev-parse", "--git-dir"])?;
        Ok(git)
    }

    /// Refuses while a merge or a rebase of the learner's is under way.
    fn is_at_rest(&self) -> Result<()> {
        for name in [
            "MERGE_HEAD",
            "CHERRY_PICK_HEAD",
            "rebase-merge",
            "rebase-apply",
        ] {
            let path = self.text(&["rev-parse", "--git-path", name])?;
            if self.root.join(path).exists() {
                return Err(Fault::usage("a merge or a rebase of yours is under way")
                    .next(
                        "finish it or give it up (git status says how), then try again",
                    ));
            }
        }
        Ok(())
    }

    /// Fetches, and names what to merge.
    fn newer(&self, from: Option<&str>) -> Result<String> {
        let from = match from {
            Some(from) => from.to_owned(),
            None => self
                .text(&["rev-parse", "--abbrev-ref", "origin/HEAD"])
                .unwrap_or_else(|_| "origin/main".to_owned()),
        };
        let (remote, branch) = from.split_once('/').ok_or_else(|| {
            Fault::usage(format!("`{from}` names no remote branch"))
                .next("cargo xtask update --from origin/main")
        })?;
        self.text(&["fetch", "--quiet", remote, branch])?;
        self.text(&["rev-parse", "FETCH_HEAD"])
    }

    /// What differs in `exercises` from `base`, with both sides.
    fn edited(&self, base: &str) -> Result<Vec<Edit>> {
        let names = self.text(&[
            "diff",
            "--name-only",
            "--no-renames",
            base,
            "--",
            "exercises",
        ])?;
        let mut edited = Vec::new();
        for path in names.lines().map(PathBuf::from) {
            if let Some(mine) = task::read(&self.root.join(&path))? {
                let base = self.file(base, &path)?;
                edited.push(Edit { path, mine, base });
            }
        }
        Ok(edited)
    }

    /// Gives git back its own version of the files that it knows.
    fn set_back(&self, paths: &[PathBuf]) -> Result<()> {
        for path in paths {
            if self.file("HEAD", path)?.is_some() {
                let path = path.to_string_lossy();
                self.text(&["checkout", "--quiet", "HEAD", "--", &path])?;
            }
        }
        Ok(())
    }

    fn merge(&self, newer: &str) -> Result<()> {
        let merged = self.text(&["merge", "--quiet", "--no-edit", "-X", "ours", newer]);
        if merged.is_err() {
            // Nothing may be left half merged; there may be nothing to abort.
            let _ = self.run(&["merge", "--abort"]);
        }
        merged.map(drop)
    }

    /// A file as a commit has it.
    fn file(&self, commit: &str, path: &Path) -> Result<Option<String>> {
        let name = path.to_string_lossy().replace('\\', "/");
        let output = self.run(&["show", &format!("{commit}:{name}")])?;
        Ok(output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
    }

    /// The three-way merge, or nothing where the two sides clash.
    fn merge_texts(&self, mine: &str, base: &str, new: &str) -> Result<Option<String>> {
        let folder = self.state.join("merge");
        let mut names = Vec::new();
        for (name, text) in [("yours", mine), ("start", base), ("newer", new)] {
            let path = folder.join(name);
            task::write(&path, text)?;
            names.push(path.to_string_lossy().into_owned());
        }
        let output =
            self.run(&["merge-file", "-p", &names[0], &names[1], &names[2]])?;
        fs::remove_dir_all(&folder)
            .map_err(|error| Fault::file("remove", &folder, &error))?;
        Ok(output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
    }

    /// What git prints, or its own words as the fault.
    fn text(&self, words: &[&str]) -> Result<String> {
        let output = self.run(words)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        // A conflict is told on standard output.
        let said = [&output.stderr, &output.stdout]
            .map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned())
            .join("\n");
        let said = said.trim().to_owned();
        let said = if said.is_empty() {
            output.status.to_string()
        } else {
            said
        };
        Err(Fault::machine(format!("git {}: {said}", words.join(" "))))
    }

    fn run(&self, words: &[&str]) -> Result<Output> {
        Command::new("git")
            .args(words)
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| {
                Fault::machine(format!("cannot run git: {error}"))
                    .next("install git, or copy the newer workbook by hand")
            })
    }
}
