//! Small workbooks in a temporary folder, for the runner's own tests.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::harness::runner::{self, Said};

/// A workbook that is removed when this is dropped.
#[derive(Debug)]
pub struct Fixture {
    folder: TempDir,
}

impl Fixture {
    /// Three small chapters, each built on the previous one, with fresh starters.
    pub fn toy() -> Result<Self> {
        let fixture = Self::copy_of("sample-workbook")?;
        // Cargo refuses a crate without its files, and `sync` fills empty ones.
        for file in [
            "chapter-01-doubling/src/lib.rs",
            "chapter-02-adding/src/lib.rs",
            "chapter-03-serving/src/lib.rs",
            "chapter-03-serving/src/main.rs",
        ] {
            fixture.write(&format!("exercises/{file}"), "")?;
        }
        let said = fixture.say("sync")?;
        ensure!(
            said.code == 0,
            "sync failed: {}{}",
            said.stdout,
            said.stderr
        );
        Ok(fixture)
    }

    /// One chapter of hostile code.
    pub fn gallery() -> Result<Self> {
        Self::copy_of("hostile-workbook")
    }

    /// The workbook's root.
    pub fn root(&self) -> PathBuf {
        // The name contains a space and other characters that real folders have.
        self.folder.path().join("Courses [2026]")
    }

    /// Runs `cargo xtask` with `words` in it.
    pub fn say(&self, words: &str) -> Result<Said> {
        runner::say(&self.root(), words)
    }

    /// Writes a file, as a learner's editor would.
    pub fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.root().join(path);
        let folder = path.parent().context("a file is in a folder")?;
        fs::create_dir_all(folder)?;
        fs::write(&path, text).with_context(|| path.display().to_string())
    }

    /// Reads a file.
    pub fn read(&self, path: &str) -> Result<String> {
        let path = self.root().join(path);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    }

    fn copy_of(name: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let fixture = Self { folder };
        copy(&from, &fixture.root())?;
        // Locks the lab's crates to versions that are already on this machine.
        let lock = fs::read_to_string(runner::root().join("Cargo.lock"))?;
        fixture.write("Cargo.lock", &lock)?;
        Ok(fixture)
    }
}

/// Copies a folder. A manifest is called `Cargo.toml.in` in the original, so that cargo
/// doesn't take it for one of ours.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(&name))?;
            continue;
        }
        let text = fs::read_to_string(entry.path())?;
        let lab = runner::root().join("xtask").join("lab");
        let lab = lab.to_string_lossy().replace('\\', "/");
        let name = name.trim_end_matches(".in");
        fs::write(
            to.join(name),
            text.replace("\"LAB\"", &format!("\"{lab}\"")),
        )?;
    }
    Ok(())
}
