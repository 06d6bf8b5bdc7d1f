//! The real git, in the workbook's root. Only its plumbing commands are used, so the
//! learner's hooks, signatures, and merge settings can't interfere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use xtask::chapter::workspace::Workspace;
use xtask::cli::error::{Error, Result};

use super::file;

/// The index in which a commit is put together.
const INDEX: &str = "GIT_INDEX_FILE";
/// The files of a commit, each with its mode and the name of its contents, as git's
/// index takes them: `100644,1a2b…`.
pub type Tree = BTreeMap<PathBuf, String>;

/// The repository of the workbook.
#[derive(Debug)]
pub struct Git {
    root: PathBuf,
    state: PathBuf,
}

impl Git {
    /// Opens the repository whose root is the workbook's, and no other.
    pub fn open(workspace: &Workspace) -> Result<Self> {
        let git = Self {
            root: workspace.root().to_owned(),
            state: workspace.state(),
        };
        let by_hand = "unpack the newer workbook beside this one, and there: cargo xtask \
                       update --work PATH-OF-THIS-ONE";
        let top = git.run(&["rev-parse", "--show-toplevel"])?;
        if !top.status.success() {
            return Err(Error::environment(
                "this workbook isn't a git repository, so there is nothing to update from",
            )
            .next(by_hand));
        }
        let top = PathBuf::from(line(&top.stdout));
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.into());
        if real(&top) != real(workspace.root()) {
            return Err(Error::environment(format!(
                "this workbook is inside another repository, {}, which isn't touched",
                top.display()
            ))
            .next(by_hand));
        }
        Ok(git)
    }

    /// The workbook's root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Refuses if the learner is in the middle of a merge or the like, or isn't on a
    /// branch.
    pub fn is_at_rest(&self) -> Result<()> {
        for (name, what) in [
            ("MERGE_HEAD", "a merge"),
            ("CHERRY_PICK_HEAD", "a cherry-pick"),
            ("REVERT_HEAD", "a revert"),
            ("BISECT_LOG", "a bisection"),
            ("rebase-merge", "a rebase"),
            ("rebase-apply", "a rebase"),
        ] {
            let path = self.text(&["rev-parse", "--git-path", name])?;
            if self.root.join(path).exists() {
                return Err(Error::usage(format!("{what} of yours is in progress"))
                    .next("finish or abort it (git status says how), then try again"));
            }
        }
        if !self.text(&["ls-files", "--unmerged"])?.is_empty() {
            return Err(Error::usage("some files are still in conflict")
                .next("resolve them (git status lists them), then try again"));
        }
        self.branch().map(drop)
    }

    /// The branch that the learner is on.
    pub fn branch(&self) -> Result<String> {
        let output = self.run(&["symbolic-ref", "--quiet", "--short", "HEAD"])?;
        if output.status.success() {
            Ok(line(&output.stdout))
        } else {
            Err(
                Error::usage("you aren't on a branch (the HEAD is detached)")
                    .next("git switch -c my-work, then try again"),
            )
        }
    }

    /// `1a2b3c4 (2026-11-30)`.
    pub fn dated(&self, commit: &str) -> Result<String> {
        self.text(&["log", "-1", "--format=%h (%cs)", commit])
    }

    /// `1a2b3c4`.
    pub fn short(&self, commit: &str) -> Result<String> {
        self.text(&["rev-parse", "--short", commit])
    }

    /// Returns the commit that the branch is at.
    pub fn head(&self) -> Result<String> {
        self.text(&["rev-parse", "HEAD"])
    }

    /// Returns every file that differs from `base`, and every untracked file.
    pub fn changed(&self, base: &str) -> Result<Vec<PathBuf>> {
        let diff = ["diff", "--name-only", "--no-renames", "-z", base, "--"];
        let others = ["ls-files", "--others", "--exclude-standard", "-z"];
        let mut paths = self.paths(&diff)?;
        paths.extend(self.paths(&others)?);
        paths.sort();
        paths.dedup();
        Ok(paths)
    }

    /// Returns the files that differ between two commits.
    pub fn changed_between(&self, base: &str, head: &str) -> Result<Vec<PathBuf>> {
        self.paths(&[
            "diff",
            "--name-only",
            "--no-renames",
            "-z",
            base,
            head,
            "--",
        ])
    }

    /// Returns every file that git tracks, or tracked at the last commit.
    pub fn tracked(&self) -> Result<BTreeSet<PathBuf>> {
        let mut tracked: BTreeSet<PathBuf> =
            self.paths(&["ls-files", "-z"])?.into_iter().collect();
        tracked.extend(self.tree("HEAD")?.into_keys());
        Ok(tracked)
    }

    /// The files of a commit.
    pub fn tree(&self, commit: &str) -> Result<Tree> {
        let words = ["ls-tree", "-r", "-z", commit];
        let output = self.run(&words)?;
        self.said(&words, &output)?;
        let entries = output.stdout.split(|&byte| byte == 0);
        let entry = |entry: &[u8]| {
            // `100644 blob 1a2b…`, a tab, and the path.
            let tab = entry.iter().position(|&byte| byte == b'\t')?;
            let facts = String::from_utf8_lossy(&entry[..tab]);
            let mut facts = facts.split(' ');
            let (mode, name) = (facts.next()?, facts.nth(1)?);
            Some((path(&entry[tab + 1..]), format!("{mode},{name}")))
        };
        Ok(entries.filter_map(entry).collect())
    }

    /// Restores git's own version of a tracked file.
    pub fn checkout_head(&self, path: &Path) -> Result<()> {
        self.done(&["checkout", "--quiet", "HEAD", "--"], path)
    }

    /// Removes a file from the index that was added but never committed.
    pub fn forget(&self, path: &Path) -> Result<()> {
        let words = [
            "rm",
            "--cached",
            "--quiet",
            "--force",
            "--ignore-unmatch",
            "--",
        ];
        self.done(&words, path)
    }

    /// Resets the branch, the index, and the files to a commit.
    pub fn go(&self, commit: &str) -> Result<()> {
        let head = self.head()?;
        self.text(&["update-index", "-q", "--refresh"]).ok();
        self.text(&["read-tree", "-m", "-u", "HEAD", commit])?;
        let why = "cargo xtask update";
        self.text(&["update-ref", "-m", why, "HEAD", commit, &head])?;
        Ok(())
    }

    /// A commit after both `head` and `newer`: the files of `newer`, and over them
    /// these, each with its mode and contents as [`Tree`] has them.
    pub fn join(&self, head: &str, newer: &str, files: &Tree) -> Result<String> {
        let index = self.state.join("index");
        file::remove(&index)?;
        let inside = |words: &[&str], path: Option<&Path>| {
            let mut command = self.command(words);
            command.env(INDEX, &index).args(path);
            self.text_of(words, &mut command)
        };
        inside(&["read-tree", newer], None)?;
        for (path, entry) in files {
            let (mode, name) = entry.split_once(',').unwrap_or_default();
            let words = ["update-index", "--add", "--cacheinfo", mode, name];
            inside(&words, Some(path))?;
        }
        let tree = inside(&["write-tree"], None)?;
        file::remove(&index)?;
        let message = "Update the workbook";
        let words = ["commit-tree", &tree, "-p", head, "-p", newer, "-m", message];
        let mut command = self.command(&words);
        if self.text(&["config", "user.email"]).is_err() {
            for who in ["AUTHOR", "COMMITTER"] {
                command.env(format!("GIT_{who}_NAME"), "Learner");
                command.env(format!("GIT_{who}_EMAIL"), "learner@localhost");
            }
        }
        self.text_of(&words, &mut command)
    }

    /// Stores contents, and returns their name.
    pub fn hash(&self, bytes: &[u8]) -> Result<String> {
        let words = ["hash-object", "-w", "--stdin"];
        let output = self.run_with(&words[..2], Path::new(words[2]), Some(bytes))?;
        self.said(&words, &output)
    }

    /// Returns a file of a commit as it's written to disk, with the line ends of this
    /// machine.
    pub fn file(&self, commit: &str, path: &Path) -> Result<Option<Vec<u8>>> {
        self.at(&["cat-file", "--filters"], commit, path)
    }

    /// A file as a commit stores it.
    pub fn stored(&self, commit: &str, path: &Path) -> Result<Option<Vec<u8>>> {
        self.at(&["cat-file", "blob"], commit, path)
    }

    /// Does a three-way merge. Returns nothing if the two sides conflict.
    pub fn merged(
        &self,
        mine: &[u8],
        start: &[u8],
        new: &[u8],
    ) -> Result<Option<Vec<u8>>> {
        let folder = self.state.join("merge");
        let mut names = Vec::new();
        for (name, text) in [("yours", mine), ("start", start), ("newer", new)] {
            let path = folder.join(name);
            file::write(&path, text)?;
            names.push(path.to_string_lossy().into_owned());
        }
        let output =
            self.run(&["merge-file", "-p", &names[0], &names[1], &names[2]])?;
        fs::remove_dir_all(&folder)
            .map_err(|error| Error::file("remove", &folder, &error))?;
        Ok(output.status.success().then_some(output.stdout))
    }

    fn at(&self, words: &[&str], commit: &str, path: &Path) -> Result<Option<Vec<u8>>> {
        let mut name = std::ffi::OsString::from(format!("{commit}:"));
        match path.to_str() {
            Some(path) => name.push(path.replace('\\', "/")),
            None => name.push(path),
        }
        let output = self.run_with(words, Path::new(&name), None)?;
        Ok(output.status.success().then_some(output.stdout))
    }

    fn paths(&self, words: &[&str]) -> Result<Vec<PathBuf>> {
        let output = self.run(words)?;
        self.said(words, &output)?;
        let names = output.stdout.split(|&byte| byte == 0);
        Ok(names.filter(|name| !name.is_empty()).map(path).collect())
    }

    fn done(&self, words: &[&str], path: &Path) -> Result<()> {
        let output = self.run_with(words, path, None)?;
        self.said(words, &output).map(drop)
    }

    /// Returns git's output, or its error message as the error.
    pub(super) fn text(&self, words: &[&str]) -> Result<String> {
        self.text_of(words, &mut self.command(words))
    }

    fn text_of(&self, words: &[&str], command: &mut Command) -> Result<String> {
        let output = command.output().map_err(|error| lost(&error))?;
        self.said(words, &output)
    }

    fn said(&self, words: &[&str], output: &Output) -> Result<String> {
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        let said = [&output.stderr, &output.stdout]
            .map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned())
            .join("\n");
        let said = match said.trim() {
            "" => output.status.to_string(),
            said => said.to_owned(),
        };
        Err(Error::environment(format!(
            "git {}: {said}",
            words.join(" ")
        )))
    }

    pub(super) fn run(&self, words: &[&str]) -> Result<Output> {
        self.command(words).output().map_err(|error| lost(&error))
    }

    /// Runs git with a path as its last argument, which may not be text, and perhaps
    /// with input.
    fn run_with(
        &self,
        words: &[&str],
        path: &Path,
        input: Option<&[u8]>,
    ) -> Result<Output> {
        let mut command = self.command(words);
        command
            .arg(path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if input.is_some() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().map_err(|error| lost(&error))?;
        if let (Some(bytes), Some(mut pipe)) = (input, child.stdin.take()) {
            pipe.write_all(bytes).map_err(|error| lost(&error))?;
        }
        child.wait_with_output().map_err(|error| lost(&error))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("git");
        // Paths are taken literally, whatever they contain, and hooks are turned off.
        command
            .args([
                "--literal-pathspecs",
                "-c",
                "core.hooksPath=.workbook/no-hooks",
            ])
            .args(words)
            .current_dir(&self.root)
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command
    }
}

fn lost(error: &std::io::Error) -> Error {
    Error::environment(format!("can't run git: {error}"))
        .next("install git, or copy the newer workbook by hand")
}

pub(super) fn line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// A path as git writes it.
#[cfg(unix)]
fn path(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(name))
}

/// Git for Windows speaks UTF-8.
#[cfg(not(unix))]
fn path(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}
