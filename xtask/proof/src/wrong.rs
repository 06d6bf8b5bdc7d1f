//! Wrong solutions are data: each is an edit of the right one, and the check
//! that it names must reject it for the reason that it names.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use toml_span::value::{Table, ValueInner};

use crate::runner;
use crate::scratch::Scratch;
use crate::tally::Tally;

/// One wrong solution.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// Its stable name.
    pub name: String,
    /// The row of the catalogue.
    pub row: u32,
    /// The belief behind it, in the learner's words.
    pub belief: String,
    /// Is it an edit of given code? Then it proves the tests only.
    pub given: bool,
    /// The chapter's folder, `chapter-01-addresses`.
    pub folder: String,
    /// The file to edit, from the chapter's folder.
    pub file: String,
    /// What stands there exactly once.
    pub find: String,
    /// What takes its place.
    pub replace: String,
    /// Who must reject it.
    pub check: Rejects,
    /// What its verdict must say.
    pub message: String,
}

/// Who rejects a wrong solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejects {
    /// The check of this name.
    Check(String),
    /// The compiler, in both trees: `check = "compile:NAME"`, with the name that the
    /// catalogue has. What is rejected there never runs.
    Compiler(String),
}

/// Applies every wrong solution whose name or folder contains `filter`, and runs its
/// check.
pub fn prove(filter: &str) -> Result<Tally> {
    // Without a runner every one of them would fail, and say the same.
    runner::xtask(&runner::root())?;
    let mut all = read_all(&runner::root().join("solutions"))?;
    all.retain(|wrong| wrong.name.contains(filter) || wrong.folder.contains(filter));
    let count = all.len();
    let queue = Mutex::new(VecDeque::from(all));
    let tally = Mutex::new(Tally::default());
    // Each worker has a scratch workbook of its own and a core to build on.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let workers = cores.min(count.max(1));
    let outcome: Result<Vec<()>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|number| {
                let (queue, tally) = (&queue, &tally);
                scope.spawn(move || work(number, queue, tally))
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| bail!("a worker panicked")))
            .collect()
    });
    outcome?;
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(tally)
}

fn work(
    number: usize,
    queue: &Mutex<VecDeque<Wrong>>,
    tally: &Mutex<Tally>,
) -> Result<()> {
    let scratch = Scratch::open(number)?;
    loop {
        let next = queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front();
        let Some(wrong) = next else {
            return Ok(());
        };
        let result = reject(&scratch, &wrong);
        let left = queue.lock().unwrap_or_else(PoisonError::into_inner).len();
        let name =
            format!("rejected: {} {} ({left} waiting)", wrong.folder, wrong.name);
        let result = result.map_err(|error| format!("{error:#}"));
        tally
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .count(&name, result);
    }
}

impl Wrong {
    /// The file to edit, from the root of the workbook.
    pub fn path(&self) -> PathBuf {
        Path::new("solutions").join(&self.folder).join(&self.file)
    }

    /// Makes the right file a wrong one. It is an error if what should be edited
    /// does not stand there exactly once.
    pub fn edit(&self, right: &str) -> Result<String> {
        let found = right.matches(&self.find).count();
        if found != 1 {
            let path = self.path();
            let path = path.display();
            bail!("`find` stands {found} times in {path}, not once");
        }
        Ok(right.replace(&self.find, &self.replace))
    }
}

/// Applies the edit, asks who must reject it, and takes the edit back.
fn reject(scratch: &Scratch, wrong: &Wrong) -> Result<()> {
    let path = wrong.path();
    let right = scratch.read(&path)?;
    let edited = wrong.edit(&right)?;
    match &wrong.check {
        Rejects::Check(check) => {
            scratch.write(&path, &edited)?;
            let words = format!("{} --solution --only {check}", wrong.folder);
            let judged = runner::check(scratch.root(), &words);
            scratch.write(&path, &right)?;
            let checks = judged?;
            let verdict = checks.first().context("the check gave no verdict")?;
            judge(wrong, check, verdict)
        }
        Rejects::Compiler(_) => {
            refused(scratch, wrong, "solutions", &edited)?;
            // The learner's manifest has lints of its own.
            refused(scratch, wrong, "exercises", &edited)
        }
    }
}

/// Writes the edited file into a tree and expects the compiler to refuse it. The
/// solution compiles in both trees, so only the edit can be the reason.
fn refused(scratch: &Scratch, wrong: &Wrong, tree: &str, edited: &str) -> Result<()> {
    let path = Path::new(tree).join(&wrong.folder).join(&wrong.file);
    let before = scratch.read(&path)?;
    scratch.write(&path, edited)?;
    let flag = if tree == "solutions" {
        "--solution"
    } else {
        ""
    };
    let said = runner::say(scratch.root(), &format!("check {} {flag}", wrong.folder));
    scratch.write(&path, &before)?;
    let said = said?;
    if !said.stdout.contains("does not compile") {
        bail!("it compiles in {tree}: {}", said.stdout);
    }
    if !said.stderr.contains(&wrong.message) {
        bail!(
            "the compiler does not say `{}` in {tree}: {}",
            wrong.message,
            said.stderr
        );
    }
    Ok(())
}

fn judge(wrong: &Wrong, check: &str, verdict: &Value) -> Result<()> {
    let status = verdict["status"].as_str().unwrap_or_default();
    if ["passed", "not started", "does not compile"].contains(&status) {
        bail!("{check} says \"{status}\" of it");
    }
    let mut said: Vec<&str> = ["message", "expected", "seen"]
        .iter()
        .filter_map(|key| verdict[*key].as_str())
        .collect();
    let steps = verdict["steps"].as_array();
    said.extend(steps.and_then(|steps| steps.last()?.as_str()));
    if said.iter().any(|text| text.contains(&wrong.message)) {
        return Ok(());
    }
    bail!(
        "{check} rejects it, but does not say `{}`: {}",
        wrong.message,
        said.join(" | ")
    )
}

/// Reads `wrong.toml` of every chapter below `solutions`.
pub fn read_all(solutions: &Path) -> Result<Vec<Wrong>> {
    let mut files: Vec<PathBuf> = fs::read_dir(solutions)?
        .flatten()
        .map(|entry| entry.path().join("wrong.toml"))
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let mut all = Vec::new();
    for path in files {
        all.extend(read(&path).with_context(|| path.display().to_string())?);
    }
    Ok(all)
}

fn read(path: &Path) -> Result<Vec<Wrong>> {
    let text = fs::read_to_string(path)?;
    let mut value = toml_span::parse(&text)?;
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    let folder = folder.to_string_lossy().into_owned();
    let ValueInner::Table(mut table) = value.take() else {
        bail!("no table");
    };
    let Some(ValueInner::Array(items)) =
        table.remove("wrong").map(|mut list| list.take())
    else {
        bail!("no [[wrong]]");
    };
    let mut all = Vec::new();
    for mut item in items {
        let ValueInner::Table(mut keys) = item.take() else {
            bail!("[[wrong]] is a table");
        };
        let wrong = Wrong {
            name: string(&mut keys, "name")?,
            row: u32::try_from(
                keys.remove("row")
                    .and_then(|row| row.as_integer())
                    .context("`row` is a number of the catalogue")?,
            )?,
            belief: string(&mut keys, "belief")?,
            given: keys
                .remove("given")
                .and_then(|given| given.as_bool())
                .unwrap_or(false),
            folder: folder.clone(),
            file: string(&mut keys, "file")?,
            find: string(&mut keys, "find")?,
            replace: string(&mut keys, "replace")?,
            check: Rejects::read(string(&mut keys, "check")?),
            message: string(&mut keys, "message")?,
        };
        if let Some(key) = keys.keys().next() {
            bail!("{}: `{}` means nothing here", wrong.name, key.name);
        }
        all.push(wrong);
    }
    Ok(all)
}

impl Rejects {
    fn read(text: String) -> Self {
        match text.strip_prefix("compile:") {
            Some(name) => Self::Compiler(name.to_owned()),
            None => Self::Check(text),
        }
    }
}

fn string(keys: &mut Table<'_>, key: &str) -> Result<String> {
    let value = keys
        .remove(key)
        .with_context(|| format!("`{key}` is missing"))?;
    let text = value
        .as_str()
        .with_context(|| format!("`{key}` is a string"))?;
    Ok(text.to_owned())
}
