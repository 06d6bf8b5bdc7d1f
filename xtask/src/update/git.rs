//! The real git, in the workbook's root. Only its plumbing is used: no hook, no
//! signature, no setting for merges of the learner's stands in the way.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::file;
use crate::exit::{Fault, Result};
use crate::workspace::Workspace;

/// The index in which a commit is put together.
const INDEX: &str = "GIT_INDEX_FILE";
/// More changes than this are counted, and not listed.
const LISTED: usize = 20;

/// Where newer workbooks come from.
#[derive(Debug)]
pub struct Source {
    remote: String,
    branch: String,
    url: String,
    is_guess: bool,
}

impl Source {
    /// What else may be meant, if nothing newer is there.
    pub fn advice(&self) -> String {
        if !self.is_guess || self.remote != "origin" {
            return String::new();
        }
        format!(
            "\nIf {} is a copy of your own (a fork), the workbook itself is elsewhere: \
             git remote add upstream URL, then try again.",
            self.url
        )
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}), branch {}", self.remote, self.url, self.branch)
    }
}

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
            return Err(Fault::machine(
                "this workbook is no git repository, so there is nothing to update from",
            )
            .next(by_hand));
        }
        let top = PathBuf::from(line(&top.stdout));
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.into());
        if real(&top) != real(workspace.root()) {
            return Err(Fault::machine(format!(
                "this workbook lies inside another repository, {}, which is left alone",
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

    /// Refuses in the middle of something of the learner's, and without a branch.
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
                return Err(Fault::usage(format!("{what} of yours is under way"))
                    .next(
                        "finish it or give it up (git status says how), then try again",
                    ));
            }
        }
        if !self.text(&["ls-files", "--unmerged"])?.is_empty() {
            return Err(Fault::usage("some files are still in conflict")
                .next("settle them (git status lists them), then try again"));
        }
        self.branch().map(drop)
    }

    /// The branch that the learner is on.
    pub fn branch(&self) -> Result<String> {
        let output = self.run(&["symbolic-ref", "--quiet", "--short", "HEAD"])?;
        match output.status.success() {
            true => Ok(line(&output.stdout)),
            false => Err(Fault::usage("you are on no branch (a detached HEAD)")
                .next("git switch -c my-work, then try again")),
        }
    }

    /// Where to ask: what was named, the workbook behind a fork, or where the clone
    /// came from.
    pub fn source(&self, from: Option<&str>) -> Result<Source> {
        let remotes = self.text(&["remote"])?;
        let remotes: Vec<&str> = remotes.lines().collect();
        let name = |name: &str| remotes.contains(&name).then(|| name.to_owned());
        let example = "cargo xtask update --from origin/main";
        let (remote, branch) = match from {
            Some(from) => {
                let (remote, branch) = from.split_once('/').ok_or_else(|| {
                    Fault::usage(format!("`{from}` names no branch of a remote"))
                        .next(example)
                })?;
                let remote = name(remote).ok_or_else(|| {
                    let known = match remotes.as_slice() {
                        [] => "there is none".to_owned(),
                        some => format!("there are: {}", some.join(", ")),
                    };
                    Fault::usage(format!("no remote is called `{remote}`; {known}"))
                        .next(example)
                })?;
                (remote, branch.to_owned())
            }
            None => {
                let remote = name("upstream").or_else(|| name("origin"));
                let remote = remote.ok_or_else(|| {
                    Fault::machine("this repository has no remote to ask").next(
                        "git remote add origin URL-OF-THE-WORKBOOK, then try again",
                    )
                })?;
                let head = format!("{remote}/HEAD");
                let head = self.text(&["rev-parse", "--abbrev-ref", &head]).ok();
                let branch = head.as_ref().and_then(|head| head.split_once('/'));
                let branch = branch.map_or("main", |(_, branch)| branch).to_owned();
                (remote, branch)
            }
        };
        let url = self.text(&["remote", "get-url", &remote])?;
        Ok(Source {
            remote,
            branch,
            url,
            is_guess: from.is_none(),
        })
    }

    /// Fetches, and names the newest commit there.
    pub fn fetch(&self, source: &Source) -> Result<String> {
        let branch = format!("refs/heads/{}", source.branch);
        let fetched =
            self.text(&["fetch", "--quiet", "--no-tags", &source.remote, &branch]);
        fetched.map_err(|fault| {
            fault.next(format!(
                "see whether {} can be reached, and has a branch {}; another one: cargo \
                 xtask update --from REMOTE/BRANCH",
                source.url, source.branch
            ))
        })?;
        self.text(&["rev-parse", "FETCH_HEAD"])
    }

    /// The commit that both have.
    pub fn common(&self, newer: &str, source: &Source) -> Result<String> {
        let base = self.run(&["merge-base", "HEAD", newer])?;
        if base.status.success() {
            return Ok(line(&base.stdout));
        }
        if self.text(&["rev-parse", "--is-shallow-repository"])? == "true" {
            self.text(&["fetch", "--quiet", "--unshallow", &source.remote])?;
            if let Ok(base) = self.text(&["merge-base", "HEAD", newer]) {
                return Ok(base);
            }
        }
        Err(Fault::usage(format!(
            "{source} has no commit in common with this workbook, so it is another \
             project, or another copy"
        ))
        .next(
            "git remote -v shows the remotes; cargo xtask update --from REMOTE/BRANCH",
        ))
    }

    /// Refuses what is no workbook.
    pub fn is_a_workbook(&self, commit: &str, source: &Source) -> Result<()> {
        let has = |path: &str| self.stored(commit, Path::new(path));
        if has("xtask/Cargo.toml")?.is_some() && has("Cargo.toml")?.is_some() {
            return Ok(());
        }
        Err(Fault::usage(format!("what {source} has is no workbook"))
            .next("cargo xtask update --from REMOTE/BRANCH"))
    }

    /// `1a2b3c4 (2026-11-30)`.
    pub fn dated(&self, commit: &str) -> Result<String> {
        self.text(&["log", "-1", "--format=%h (%cs)", commit])
    }

    /// `1a2b3c4`.
    pub fn short(&self, commit: &str) -> Result<String> {
        self.text(&["rev-parse", "--short", commit])
    }

    /// What is new: the lines that were added to the change log, or else the subjects
    /// of the commits.
    pub fn news(&self, base: &str, newer: &str) -> Result<Vec<String>> {
        let range = format!("{base}..{newer}");
        let added =
            self.text(&["diff", "--unified=0", &range, "--", "CHANGELOG.md"])?;
        let added = added.lines().filter_map(|line| line.strip_prefix('+'));
        let added: Vec<String> = added
            .filter(|line| !line.starts_with("++") && !line.trim().is_empty())
            .map(str::to_owned)
            .collect();
        let news = match added.is_empty() {
            false => added,
            true => {
                let log = ["log", "--first-parent", "--format=%s", &range];
                self.text(&log)?.lines().map(str::to_owned).collect()
            }
        };
        let more = news.len().saturating_sub(LISTED);
        let mut shown: Vec<String> = news.into_iter().take(LISTED).collect();
        if more > 0 {
            shown.push(format!("and {more} more: git log {base:.7}..{newer:.7}"));
        }
        Ok(shown)
    }

    /// The commit that the branch is at.
    pub fn head(&self) -> Result<String> {
        self.text(&["rev-parse", "HEAD"])
    }

    /// Every file that is not what `base` has, and every one that git does not know.
    pub fn changed(&self, base: &str) -> Result<Vec<PathBuf>> {
        let diff = ["diff", "--name-only", "--no-renames", "-z", base, "--"];
        let others = ["ls-files", "--others", "--exclude-standard", "-z"];
        let mut paths = self.paths(&diff)?;
        paths.extend(self.paths(&others)?);
        paths.sort();
        paths.dedup();
        Ok(paths)
    }

    /// The files that two commits have differently.
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

    /// Does git know this file, or did it at the last commit?
    pub fn is_tracked(&self, path: &Path) -> Result<bool> {
        let known =
            self.run_with(&["ls-files", "--error-unmatch", "--"], path, None)?;
        Ok(known.status.success() || self.has_at_head(path)?)
    }

    /// Is it in the last commit?
    pub fn has_at_head(&self, path: &Path) -> Result<bool> {
        Ok(self.stored("HEAD", path)?.is_some())
    }

    /// Gives git back its own version of a file that it knows.
    pub fn set_back(&self, path: &Path) -> Result<()> {
        self.done(&["checkout", "--quiet", "HEAD", "--"], path)
    }

    /// Takes a file out of the index that was added and never committed.
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

    /// Brings the branch, the index and the files to a commit.
    pub fn go(&self, commit: &str) -> Result<()> {
        let head = self.head()?;
        self.text(&["update-index", "-q", "--refresh"]).ok();
        self.text(&["read-tree", "-m", "-u", "HEAD", commit])?;
        let why = "cargo xtask update";
        self.text(&["update-ref", "-m", why, "HEAD", commit, &head])?;
        Ok(())
    }

    /// A commit after both `head` and `newer`: the files of `newer`, and over them
    /// these.
    pub fn join(
        &self,
        head: &str,
        newer: &str,
        files: &[(PathBuf, Vec<u8>)],
    ) -> Result<String> {
        let index = self.state.join("index");
        file::remove(&index)?;
        let inside = |words: &[&str]| {
            let mut command = self.command(words);
            command.env(INDEX, &index);
            self.text_of(words, &mut command)
        };
        inside(&["read-tree", newer])?;
        for (path, bytes) in files {
            let blob = self.hash(bytes)?;
            let path = path.to_string_lossy().replace('\\', "/");
            let entry = format!("100644,{blob},{path}");
            inside(&["update-index", "--add", "--cacheinfo", &entry])?;
        }
        let tree = inside(&["write-tree"])?;
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

    /// A file as a commit has it on disk: with the line ends of this machine.
    pub fn file(&self, commit: &str, path: &Path) -> Result<Option<Vec<u8>>> {
        self.at(&["cat-file", "--filters"], commit, path)
    }

    /// A file as a commit stores it.
    pub fn stored(&self, commit: &str, path: &Path) -> Result<Option<Vec<u8>>> {
        self.at(&["cat-file", "blob"], commit, path)
    }

    /// The names of what is in a folder of a commit.
    pub fn folders(&self, commit: &str, folder: &Path) -> Result<Vec<String>> {
        let folder = format!("{}/", folder.display());
        let names =
            self.paths(&["ls-tree", "--name-only", "-z", commit, "--", &folder])?;
        let name = |path: &PathBuf| Some(path.file_name()?.to_str()?.to_owned());
        Ok(names.iter().filter_map(name).collect())
    }

    /// The three-way merge, or nothing where the two sides clash.
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
            .map_err(|error| Fault::file("remove", &folder, &error))?;
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

    fn hash(&self, bytes: &[u8]) -> Result<String> {
        let words = ["hash-object", "-w", "--stdin"];
        let output = self.run_with(&words[..2], Path::new(words[2]), Some(bytes))?;
        self.said(&words, &output)
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

    /// What git prints, or its own words as the fault.
    fn text(&self, words: &[&str]) -> Result<String> {
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
        Err(Fault::machine(format!("git {}: {said}", words.join(" "))))
    }

    fn run(&self, words: &[&str]) -> Result<Output> {
        self.command(words).output().map_err(|error| lost(&error))
    }

    /// Git with a path as its last word, which may be no text, and maybe with input.
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
        // Paths are paths, whatever is in them; and a hook is somebody's.
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

fn lost(error: &std::io::Error) -> Fault {
    Fault::machine(format!("cannot run git: {error}"))
        .next("install git, or copy the newer workbook by hand")
}

fn line(bytes: &[u8]) -> String {
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
