//! `cargo xtask update`: whatever the learner's repository looks like, nothing of
//! theirs is lost, and nothing foreign is merged.

#![cfg(unix)]

mod files;
mod refused;
mod repositories;
mod said;
mod without_git;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use proof::harness::fixture::Fixture;
use proof::harness::runner::{self, Said};

const ONE: &str = "exercises/chapter-01-doubling/src/lib.rs";
const TWO: &str = "exercises/chapter-02-adding/src/lib.rs";

/// A workbook on a server, and a learner's clone of it.
struct Course {
    newer: Fixture,
    mine: Fixture,
}

impl Course {
    fn new() -> Result<Self> {
        Self::cloned(&[])
    }

    fn cloned(how: &[&str]) -> Result<Self> {
        let newer = Fixture::toy()?;
        repository(&newer)?;
        let mine = Fixture::toy()?;
        fs::remove_dir_all(mine.root())?;
        let mut words = vec!["clone", "-q"];
        words.extend(how);
        let url = format!("file://{}", newer.root().display());
        let folder = mine.root();
        words.extend([url.as_str(), folder.to_str().context("a path as text")?]);
        git(Path::new("/"), &words)?;
        Ok(Self { newer, mine })
    }

    /// The newer workbook changes comments in both chapters, and the README.
    fn grows(&self) -> Result<()> {
        self.change(
            "chapter-01-doubling",
            "//! Doubling.",
            "//! Doubling numbers.",
        )?;
        self.newer.write("README.md", "newer\n")?;
        self.publish("A better first chapter")
    }

    fn change(&self, chapter: &str, from: &str, to: &str) -> Result<()> {
        let solution = format!("solutions/{chapter}/src/lib.rs");
        let text = self.newer.read(&solution)?;
        ensure!(text.contains(from), "{text}");
        self.newer.write(&solution, &text.replace(from, to))
    }

    fn publish(&self, message: &str) -> Result<()> {
        let said = self.newer.say("sync")?;
        ensure!(said.code == 0, "{}{}", said.stdout, said.stderr);
        let root = self.newer.root();
        git(&root, &["add", "--all"])?;
        git(&root, &["commit", "-q", "-m", message])
    }

    /// The learner solves chapter 1, and does not commit it.
    fn solve(&self) -> Result<()> {
        let text = self.mine.read(ONE)?;
        let todo = "todo!(\"chapter 1: double {number}\")";
        self.mine.write(ONE, &text.replace(todo, "2 * number"))
    }

    fn is_merged(&self) -> Result<()> {
        let one = self.mine.read(ONE)?;
        ensure!(
            one.contains("Doubling numbers") && one.contains("2 * number"),
            "{one}"
        );
        Ok(())
    }
}

fn repository(fixture: &Fixture) -> Result<()> {
    let root = fixture.root();
    fixture.write(".gitignore", "/target/\n/.workbook/\n")?;
    fixture.write("README.md", "old\n")?;
    fixture.write("xtask/Cargo.toml", "")?;
    git(&root, &["init", "-q", "--initial-branch=main"])?;
    git(&root, &["add", "--all"])?;
    git(&root, &["commit", "-q", "-m", "first"])
}

fn git(folder: &Path, words: &[&str]) -> Result<()> {
    git_says(folder, words).map(drop)
}

fn git_says(folder: &Path, words: &[&str]) -> Result<String> {
    let output = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.org"])
        .args(words)
        .current_dir(folder)
        .output()
        .context("git runs")?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "git {words:?}: {error}");
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn expect(said: &Said, code: i32, parts: &[&str]) -> Result<()> {
    let all = format!("{}\n{}{}", said.code, said.stdout, said.stderr);
    ensure!(said.code == code, "{all}");
    for part in parts {
        ensure!(said.says(part), "{part}: {all}");
    }
    Ok(())
}
