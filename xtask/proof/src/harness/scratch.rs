//! Scratch copies of the workbook, with target directories of their own, so that the
//! learner's files aren't touched.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::harness::pool;
use crate::harness::runner;
use crate::harness::seed::seed;

/// The files that a scratch workbook needs for grading and reading.
const PARTS: [&str; 5] = ["book", "exercises", "solutions", "xtask", ".cargo"];
const FILES: [&str; 2] = ["Cargo.toml", "Cargo.lock"];

/// A copy of the workbook in `target/proof/workbook-NUMBER`. It stays there: the
/// next proof builds on what this one built.
#[derive(Debug)]
pub struct Scratch {
    root: PathBuf,
    /// Held as long as the copy is used. If two proofs used one copy, each would grade
    /// the other's edits.
    _lock: File,
}

impl Scratch {
    /// Updates the scratch workbook with this number. Files that are identical aren't
    /// touched, so that cargo sees exactly what has changed. Waits while another proof
    /// uses the copy.
    pub fn open(number: usize) -> Result<Self> {
        let real = runner::root();
        let proof = real.join("target").join("proof");
        let root = proof.join(format!("workbook-{number}"));
        fs::create_dir_all(&root)?;
        let lock = File::create(root.with_extension("lock"))?;
        lock.lock()
            .with_context(|| format!("cannot lock {}", root.display()))?;
        for file in FILES {
            copy_file(&real.join(file), &root.join(file))?;
        }
        for part in PARTS {
            mirror(&real.join(part), &root.join(part))?;
        }
        seed(&real.join("target"), &root.join("target"))?;
        Ok(Self { root, _lock: lock })
    }

    /// Returns a copy that no stage of the proof uses. The stages have one copy for
    /// each core and may hold them for minutes, so tests take this one.
    pub fn beside_the_stages() -> Result<Self> {
        Self::open(pool::cores())
    }

    /// Its root folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a file in place and never renames it, because with a kept time stamp,
    /// cargo would run the old code.
    pub fn write(&self, path: &Path, text: &str) -> Result<()> {
        let path = self.root.join(path);
        fs::write(&path, text)
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Reads a file.
    pub fn read(&self, path: &Path) -> Result<String> {
        let path = self.root.join(path);
        fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))
    }
}

/// Makes `to` identical to `from`, and removes files that `from` doesn't have.
fn mirror(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let names = |folder: &Path| -> Result<Vec<std::ffi::OsString>> {
        let entries = fs::read_dir(folder)
            .with_context(|| format!("cannot read {}", folder.display()))?;
        Ok(entries.flatten().map(|entry| entry.file_name()).collect())
    };
    let wanted = names(from)?;
    for name in names(to)? {
        let path = to.join(&name);
        if !wanted.contains(&name) {
            if path.is_dir() {
                fs::remove_dir_all(&path)?
            } else {
                fs::remove_file(&path)?
            }
        }
    }
    for name in wanted {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            mirror(&from, &to)?
        } else {
            copy_file(&from, &to)?
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    let bytes =
        fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    if fs::read(to).ok().as_ref() != Some(&bytes) {
        fs::write(to, bytes)
            .with_context(|| format!("cannot write {}", to.display()))?;
    }
    Ok(())
}
