//! Where newer workbooks come from, and what they change.

use std::fmt;
use std::path::Path;

use xtask::cli::error::{Error, Result};

use super::git::{Git, line};

/// If there are more changes than this, they're counted and not listed.
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
    /// Another place that the learner may have meant, if nothing newer is here.
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

impl Git {
    /// Decides where to ask: the source that was named, the original of a fork, or the
    /// source of the clone.
    pub fn source(&self, from: Option<&str>) -> Result<Source> {
        let remotes = self.text(&["remote"])?;
        let remotes: Vec<&str> = remotes.lines().collect();
        let name = |name: &str| remotes.contains(&name).then(|| name.to_owned());
        let example = "cargo xtask update --from origin/main";
        let (remote, branch) = match from {
            Some(from) => {
                let (remote, branch) = from.split_once('/').ok_or_else(|| {
                    Error::usage(format!("`{from}` isn't a branch of a remote"))
                        .next(example)
                })?;
                let remote = name(remote).ok_or_else(|| {
                    let known = match remotes.as_slice() {
                        [] => "there is none".to_owned(),
                        some => format!("there are: {}", some.join(", ")),
                    };
                    Error::usage(format!(
                        "there is no remote called `{remote}`; {known}"
                    ))
                    .next(example)
                })?;
                (remote, branch.to_owned())
            }
            None => {
                let remote = name("upstream").or_else(|| name("origin"));
                let remote = remote.ok_or_else(|| {
                    Error::environment("this repository has no remote to update from")
                        .next(
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

    /// Fetches, and returns the newest commit.
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

    /// Returns the commit that both have in common.
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
        Err(Error::usage(format!(
            "{source} has no commit in common with this workbook, so it is another \
             project, or another copy"
        ))
        .next(
            "git remote -v shows the remotes; cargo xtask update --from REMOTE/BRANCH",
        ))
    }

    /// Refuses anything that isn't a workbook.
    pub fn is_a_workbook(&self, commit: &str, source: &Source) -> Result<()> {
        let has = |path: &str| self.stored(commit, Path::new(path));
        if has("xtask/Cargo.toml")?.is_some() && has("Cargo.toml")?.is_some() {
            return Ok(());
        }
        Err(Error::usage(format!("{source} doesn't contain a workbook"))
            .next("cargo xtask update --from REMOTE/BRANCH"))
    }

    /// Returns what is new: the lines that were added to the change log, or otherwise
    /// the subjects of the commits.
    pub fn news(&self, base: &str, newer: &str) -> Result<Vec<String>> {
        let range = format!("{base}..{newer}");
        let added =
            self.text(&["diff", "--unified=0", &range, "--", "CHANGELOG.md"])?;
        let added = added.lines().filter_map(|line| line.strip_prefix('+'));
        let added: Vec<String> = added
            .filter(|line| !line.starts_with("++") && !line.trim().is_empty())
            .map(str::to_owned)
            .collect();
        let news = if !added.is_empty() {
            added
        } else {
            let log = ["log", "--first-parent", "--format=%s", &range];
            self.text(&log)?.lines().map(str::to_owned).collect()
        };
        let more = news.len().saturating_sub(LISTED);
        let mut shown: Vec<String> = news.into_iter().take(LISTED).collect();
        if more > 0 {
            shown.push(format!("and {more} more: git log {base:.7}..{newer:.7}"));
        }
        Ok(shown)
    }
}
