//! Finds out what has changed and what depends on it, from git and from cargo's list of
//! the workspace.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tinyjson::JsonValue;
use xtask::chapter::workspace::Workspace;
use xtask::chapter::{Chapter, Tree};
use xtask::cli::error::{Error, Result};
use xtask::grading::build;

/// The files that differ from a revision, and their packages.
pub(super) struct Changes {
    base: String,
    files: BTreeSet<PathBuf>,
    packages: Packages,
}

impl Changes {
    /// Returns what differs from `since`, or from the point where this branch left its
    /// upstream branch. Files that git doesn't know yet count as new.
    pub fn since(workspace: &Workspace, since: Option<&str>) -> Result<Self> {
        let root = workspace.root();
        let base = match since {
            Some(revision) => git(
                root,
                &["rev-parse", "--verify", "--quiet", revision],
            )
            .ok_or_else(|| {
                Error::usage(format!("git doesn't know the revision `{revision}`"))
            })?,
            None => base(root).ok_or_else(|| {
                Error::environment("git can't tell what has changed here")
                    .next("cargo xtask test runs everything")
            })?,
        };
        let base = base.trim().to_owned();
        let lost = || Error::environment(format!("git can't compare with {base}"));
        let differ = git(root, &["diff", "--name-only", &base]).ok_or_else(lost)?;
        let fresh = git(root, &["ls-files", "--others", "--exclude-standard"]);
        let files = [differ, fresh.unwrap_or_default()].concat();
        Ok(Self {
            base: base.chars().take(8).collect(),
            files: files.lines().map(PathBuf::from).collect(),
            packages: Packages::read(workspace)?,
        })
    }

    /// Returns the revision that was compared with.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Returns the chapters that have a changed file.
    pub fn chapters(&self) -> Vec<u32> {
        let names = self.files.iter().filter_map(|file| {
            let mut parts = file.iter().map(|part| part.to_string_lossy());
            let tree = parts.next()?;
            let folder = parts.next()?;
            let is_tree = Tree::ALL.iter().any(|it| it.folder() == tree);
            is_tree.then(|| folder.into_owned())
        });
        let chapters = names.filter_map(|folder| Chapter::from_folder(&folder));
        let numbers: BTreeSet<u32> = chapters.map(|it| it.number()).collect();
        numbers.into_iter().collect()
    }

    /// Returns the chapters whose checks may be affected.
    pub fn affected_chapters(&self) -> Vec<u32> {
        let names = self.affected().into_iter();
        let numbers = names.filter_map(|name| {
            name.strip_prefix("chapter-")?
                .split('-')
                .next()?
                .parse()
                .ok()
        });
        let mut numbers: BTreeSet<u32> = numbers.collect();
        numbers.extend(self.chapters());
        numbers.into_iter().collect()
    }

    /// Returns the packages with a changed file, and those that depend on them.
    pub fn affected(&self) -> BTreeSet<String> {
        if self.files.iter().any(|file| is_of_all(file)) {
            return self.packages.folders.keys().cloned().collect();
        }
        let owned = self
            .files
            .iter()
            .filter_map(|file| self.packages.owner(file));
        self.packages.dependents(owned.collect())
    }

    /// Returns whether the book may be affected, because it quotes the chapters and the
    /// tables of checks.
    pub fn touches_book(&self) -> bool {
        let folders = ["book", "exercises", "solutions"];
        self.files.iter().any(|file| {
            folders.iter().any(|folder| file.starts_with(folder))
                || file.starts_with("xtask/book-builder")
        })
    }

    /// Returns in a few words how much has changed.
    pub fn summary(&self) -> String {
        match self.files.len() {
            0 => "nothing".to_owned(),
            1 => "1 file".to_owned(),
            count => format!("{count} files"),
        }
    }
}

/// A file that every package is built with.
fn is_of_all(file: &Path) -> bool {
    let names = [
        "Cargo.toml",
        "Cargo.lock",
        "rustfmt.toml",
        ".cargo/config.toml",
    ];
    names.iter().any(|name| Path::new(name) == file)
}

/// Returns the commit where this branch left its upstream branch, or the last commit.
fn base(root: &Path) -> Option<String> {
    let followed = ["@{upstream}", "origin/HEAD", "origin/main"];
    let left = followed
        .iter()
        .find_map(|name| git(root, &["merge-base", "HEAD", name]));
    left.or_else(|| git(root, &["rev-parse", "HEAD"]))
}

fn git(root: &Path, words: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(words).stdin(Stdio::null());
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(text)
}

/// The packages of the workspace.
struct Packages {
    /// The path of each package from the root.
    folders: BTreeMap<String, PathBuf>,
    /// The packages that depend on each package.
    users: BTreeMap<String, Vec<String>>,
}

impl Packages {
    fn read(workspace: &Workspace) -> Result<Self> {
        let lost = || Error::environment("cargo can't list the workspace");
        let output = build::cargo(workspace)
            .args([
                "metadata",
                "--no-deps",
                "--format-version",
                "1",
                "--offline",
            ])
            .stderr(Stdio::inherit())
            .output()
            .map_err(|_| lost())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let all: JsonValue = text.parse().map_err(|_| lost())?;
        Self::parse(&all, workspace.root()).ok_or_else(lost)
    }

    fn parse(all: &JsonValue, root: &Path) -> Option<Self> {
        let mut packages = Self {
            folders: BTreeMap::new(),
            users: BTreeMap::new(),
        };
        let all: &HashMap<String, JsonValue> = all.get()?;
        for package in all.get("packages")?.get::<Vec<JsonValue>>()? {
            let package: &HashMap<String, JsonValue> = package.get()?;
            let name: &String = package.get("name")?.get()?;
            let manifest: &String = package.get("manifest_path")?.get()?;
            let folder = Path::new(manifest).parent()?;
            let folder = folder.strip_prefix(root).unwrap_or(folder);
            packages.folders.insert(name.clone(), folder.to_owned());
            for needed in package.get("dependencies")?.get::<Vec<JsonValue>>()? {
                let needed: &HashMap<String, JsonValue> = needed.get()?;
                // Only members of the workspace have a path.
                if needed
                    .get("path")
                    .is_some_and(|path| path.get::<String>().is_some())
                {
                    let needed: &String = needed.get("name")?.get()?;
                    let users = packages.users.entry(needed.clone()).or_default();
                    users.push(name.clone());
                }
            }
        }
        Some(packages)
    }

    /// Returns the package that a file belongs to, which is the innermost one around
    /// it. The checks of a chapter also belong to its solution.
    fn owner(&self, file: &Path) -> Option<String> {
        let around = self
            .folders
            .iter()
            .filter(|(_, folder)| file.starts_with(folder));
        let found = around.max_by_key(|(_, folder)| folder.iter().count());
        found.map(|(name, _)| name.clone())
    }

    /// Returns these packages and all packages that depend on them.
    fn dependents(&self, owned: BTreeSet<String>) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut open: Vec<String> = owned.into_iter().collect();
        while let Some(name) = open.pop() {
            // A chapter's two packages share one set of checks.
            let twin = match name.strip_suffix("-solution") {
                Some(exercise) => exercise.to_owned(),
                None => format!("{name}-solution"),
            };
            let twin = self.folders.contains_key(&twin).then_some(twin);
            if all.insert(name.clone()) {
                open.extend(self.users.get(&name).into_iter().flatten().cloned());
                open.extend(twin);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_chapters() -> Vec<u32> {
        let workspace = Workspace::find().unwrap();
        workspace.chapters().iter().map(Chapter::number).collect()
    }

    fn changes(files: &[&str]) -> Changes {
        let workspace = Workspace::find().unwrap();
        Changes {
            base: "abc".to_owned(),
            files: files.iter().map(PathBuf::from).collect(),
            packages: Packages::read(&workspace).unwrap(),
        }
    }

    #[test]
    fn a_change_reaches_what_is_built_on_it_and_nothing_else() {
        let changes = changes(&["solutions/chapter-07-watermark/src/queue.rs"]);
        assert_eq!(changes.chapters(), [7]);
        let affected = changes.affected();
        for name in [
            "chapter-7",
            "chapter-7-solution",
            "chapter-8",
            "chapter-8-solution",
        ] {
            assert!(affected.contains(name), "{name}: {affected:?}");
        }
        for name in ["chapter-6", "lab", "xtask", "book-builder"] {
            assert!(!affected.contains(name), "{name}: {affected:?}");
        }
        assert!(!changes.affected_chapters().contains(&6));
        assert!(changes.touches_book());
    }

    #[test]
    fn a_change_of_the_lab_reaches_every_chapter() {
        let changes = changes(&["xtask/lab/src/check.rs"]);
        assert_eq!(changes.affected_chapters(), all_chapters());
        assert!(changes.chapters().is_empty() && !changes.touches_book());
    }

    #[test]
    fn a_page_is_code_of_nobody() {
        let changes = changes(&["book/src/introduction.md"]);
        assert!(changes.affected().is_empty());
        assert!(changes.touches_book());
    }
}
