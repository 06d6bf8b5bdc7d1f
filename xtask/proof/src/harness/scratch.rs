//! Scratch copies of the workbook, with target directories of their own, so
//! that nothing of the learner's is touched.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::harness::pool;
use crate::harness::runner;
use crate::harness::seed::seed;

/// What a scratch workbook needs to grade, and to be read.
const PARTS: [&str; 5] = ["book", "exercises", "solutions", "xtask", ".cargo"];
const FILES: [&str; 2] = ["Cargo.toml", "Cargo.lock"];

/// A copy of the workbook in `target/proof/workbook-NUMBER`. It stays there: the
/// next proof builds on what this one built.
#[derive(Debug)]
pub struct Scratch {
    root: PathBuf,
    /// Held as long as the copy is used: of two proofs in one clone, each would
    /// judge the other's edits.
    _lock: File,
}

impl Scratch {
    /// Brings the scratch workbook of this number up to date. Files that are the same
    /// are left as they are, so that cargo sees what changed and nothing else.
    /// Waits while another proof uses it.
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

    /// A copy that no stage of the proof uses: those have one for each core. Tests take
    /// it, because they may run while a stage holds its copies for minutes.
    pub fn beside_the_stages() -> Result<Self> {
        Self::open(pool::cores())
    }

    /// Its root folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a file. Written, never renamed: a kept time stamp would make
    /// cargo run the old code.
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

/// Makes `to` the same as `from`, and removes what `from` does not have.
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
