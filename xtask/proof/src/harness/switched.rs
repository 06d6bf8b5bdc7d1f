//! One build of a chapter with many edits, and the checks run against each of them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::harness::group;
use crate::harness::runner;
use crate::harness::scratch::Scratch;
use crate::harness::switch::{self, Edit};
use crate::proofs::solutions;

/// The root files of a chapter's crates, relative to its `src`.
const ROOTS: [&str; 2] = ["src/lib.rs", "src/main.rs"];

/// How long all checks of a chapter may take in one process, while other work is
/// running.
const PATIENCE: Duration = Duration::from_secs(90);

/// The edits of a chapter, by file, relative to the chapter's folder.
pub type Edits = BTreeMap<PathBuf, Vec<Edit>>;

/// A chapter of a scratch workbook, built with all its edits. Its sources are restored
/// when this is dropped.
pub struct Chapter<'a> {
    scratch: &'a Scratch,
    folder: String,
    program: PathBuf,
    right: Vec<(PathBuf, String)>,
    /// The edits that can't be switched.
    pub left_out: Vec<u32>,
    /// The compiler's errors about edits that don't compile with a switch.
    pub refused: BTreeMap<u32, String>,
}

impl<'a> Chapter<'a> {
    /// Builds the chapter in `folder`. Edits that don't compile are removed, and the
    /// others are built without them.
    pub fn build(scratch: &'a Scratch, folder: &str, mut edits: Edits) -> Result<Self> {
        let mut chapter = Self {
            scratch,
            folder: folder.to_owned(),
            program: PathBuf::new(),
            right: Vec::new(),
            left_out: Vec::new(),
            refused: BTreeMap::new(),
        };
        chapter.remember(&edits)?;
        loop {
            let owners = chapter.write(&edits)?;
            let errors = match chapter.compile()? {
                Ok(program) => {
                    chapter.program = program;
                    return Ok(chapter);
                }
                Err(errors) => errors,
            };
            let before = chapter.refused.len();
            for error in &errors {
                if let Some(number) = error.owner(&owners) {
                    chapter.refused.insert(number, error.text.clone());
                }
            }
            if chapter.refused.len() == before {
                let all: String = errors.into_iter().map(|error| error.text).collect();
                bail!(
                    "{folder} doesn't compile, and none of the edits is the reason:\n{all}"
                );
            }
            for all in edits.values_mut() {
                all.retain(|edit| !chapter.refused.contains_key(&edit.number));
            }
        }
    }

    /// Returns the verdicts of `cargo xtask check … WORDS` on the code with this edit;
    /// 0 is the original code.
    pub fn check(&self, number: u32, words: &[&str]) -> Result<Vec<Value>> {
        let mut command = runner::xtask(self.scratch.root())?;
        command
            .args(["check", &self.folder, "--solution", "--json", "--built"])
            .arg(&self.program)
            .args(words)
            .env(switch::VARIABLE, number.to_string());
        runner::checks(command)
    }

    /// Returns whether all these checks pass with this edit, in one process and without
    /// the runner's limits. A check that hangs doesn't pass.
    pub fn all_pass(&self, number: u32, names: &[&str]) -> Result<bool> {
        let folder = self.scratch.root().join("solutions").join(&self.folder);
        let mut command = Command::new(&self.program);
        command
            .args(names)
            .args(["--exact", "--test-threads=1"])
            .current_dir(&folder)
            .env("CARGO_MANIFEST_DIR", &folder)
            .env(switch::VARIABLE, number.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        group::passes(&mut command, PATIENCE)
    }

    fn path(&self, file: &Path) -> PathBuf {
        Path::new("solutions").join(&self.folder).join(file)
    }

    /// Reads every file that will be written.
    fn remember(&mut self, edits: &Edits) -> Result<()> {
        let mut files: Vec<PathBuf> = edits.keys().cloned().collect();
        files.extend(ROOTS.map(PathBuf::from));
        files.sort();
        files.dedup();
        for file in files {
            let path = self.path(&file);
            if self.scratch.root().join(&path).is_file() {
                let text = self.scratch.read(&path)?;
                self.right.push((file, text));
            }
        }
        Ok(())
    }

    /// Writes the switched files, and returns which lines belong to which edit.
    fn write(&mut self, edits: &Edits) -> Result<Vec<Owned>> {
        let mut owners = Vec::new();
        self.left_out.clear();
        for (file, right) in &self.right {
            let own = edits.get(file).map_or(&[][..], Vec::as_slice);
            let switched = switch::switch(right, own)
                .with_context(|| self.path(file).display().to_string())?;
            let mut text = switched.text;
            if ROOTS.iter().any(|root| Path::new(root) == file) {
                text.push_str(switch::ROOT);
            }
            self.left_out.extend(switched.left_out);
            owners.push(Owned {
                file: self.path(file),
                lines: switched.owners,
            });
            self.scratch.write(&self.path(file), &text)?;
        }
        Ok(owners)
    }

    /// Returns the check program, or the compiler's errors.
    fn compile(&self) -> Result<std::result::Result<PathBuf, Vec<CompilerError>>> {
        let mut command = runner::cargo(self.scratch.root());
        command
            .args(["test", "--quiet", "--test", "check", "--no-run"])
            .args(["--package", &solutions::package(&self.folder)?])
            .arg("--message-format=json")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().context("cannot run cargo")?;
        let output = child.stdout.take().context("its output is piped")?;
        let mut words = child.stderr.take().context("its errors are piped")?;
        let said = std::thread::spawn(move || std::io::read_to_string(&mut words));
        let (mut program, mut errors) = (None, Vec::new());
        for line in BufReader::new(output).lines() {
            let message: Value = serde_json::from_str(&line?)?;
            if message["target"]["kind"][0] == "test" {
                program = message["executable"]
                    .as_str()
                    .map(PathBuf::from)
                    .or(program);
            }
            errors.extend(CompilerError::read(&message["message"]));
        }
        let is_built = child.wait()?.success();
        match program {
            Some(program) if is_built => Ok(Ok(program)),
            _ if !errors.is_empty() => Ok(Err(errors)),
            _ => {
                let said = said.join().map(Result::unwrap_or_default);
                bail!(
                    "cargo can't build {}: {}",
                    self.folder,
                    said.unwrap_or_default()
                )
            }
        }
    }
}

impl Drop for Chapter<'_> {
    fn drop(&mut self) {
        for (file, text) in &self.right {
            // If this fails, the next scratch workbook is updated before it's used.
            let _ = self.scratch.write(&self.path(file), text);
        }
    }
}

/// The lines of a file, from the root, that are there for one edit alone.
struct Owned {
    file: PathBuf,
    lines: Vec<(std::ops::RangeInclusive<usize>, u32)>,
}

/// An error of the compiler, with every line that it refers to, the main one first.
struct CompilerError {
    text: String,
    lines: Vec<(PathBuf, usize)>,
}

impl CompilerError {
    fn read(message: &Value) -> Option<Self> {
        if message["level"] != "error" {
            return None;
        }
        let mut spans: Vec<&Value> = Vec::new();
        spans.extend(message["spans"].as_array().into_iter().flatten());
        spans.sort_by_key(|span| span["is_primary"] != true);
        let notes = message["children"].as_array().into_iter().flatten();
        spans.extend(
            notes.flat_map(|note| note["spans"].as_array().into_iter().flatten()),
        );
        let line = |span: &&Value| {
            let line = usize::try_from(span["line_start"].as_u64()?).ok()?;
            Some((PathBuf::from(span["file_name"].as_str()?), line))
        };
        Some(Self {
            text: message["rendered"].as_str().unwrap_or_default().to_owned(),
            lines: spans.iter().filter_map(line).collect(),
        })
    }

    /// The edit that it is about.
    fn owner(&self, owners: &[Owned]) -> Option<u32> {
        self.lines.iter().find_map(|(file, line)| {
            let owned = owners.iter().find(|owned| owned.file == *file)?;
            let lines = owned.lines.iter().find(|(lines, _)| lines.contains(line));
            lines.map(|(_, number)| *number)
        })
    }
}
