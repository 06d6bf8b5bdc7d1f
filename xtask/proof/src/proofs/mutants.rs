//! Mutants: small changes of the learner's code, made by cargo-mutants. A check must
//! fail for each of them, or `mutants.toml` must say why none can.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use toml_span::value::ValueInner;

use crate::harness::filter::Filter;
use crate::harness::pool;
use crate::harness::runner;
use crate::harness::scratch::Scratch;
use crate::harness::switch::Edit;
use crate::harness::switched::{Chapter, Edits};
use crate::harness::tally::{Counter, Tally};
use crate::proofs::solutions;

/// The mutants of a chapter that no check can notice, and why.
const EXCUSED: &str = "mutants.toml";

/// One change.
struct Mutant {
    /// The file, relative to the chapter's folder.
    file: PathBuf,
    /// The change in cargo-mutants' words, without its location.
    change: String,
    /// The line it begins on, without its margin.
    line: String,
    edit: Edit,
}

/// Runs the mutants of the chapters that `filter` takes.
pub fn prove(filter: &Filter) -> Result<Tally> {
    let scratch = Scratch::open(0)?;
    let counter = Counter::default();
    for listed in course::chapter::list(scratch.root())? {
        let folder = listed.folder().to_owned();
        if filter.takes(&[&folder]) {
            chapter(&scratch, &folder, &counter)?;
        }
    }
    Ok(counter.tally())
}

fn chapter(scratch: &Scratch, folder: &str, counter: &Counter) -> Result<()> {
    let mutants = list(scratch, folder)?;
    let mut excused = excused(&scratch.root().join("solutions").join(folder))?;
    let mut edits = Edits::new();
    for mutant in &mutants {
        edits
            .entry(mutant.file.clone())
            .or_default()
            .push(mutant.edit.clone());
    }
    let built = Chapter::build(scratch, folder, edits)?;
    let unbuilt = built.refused.len();
    println!(
        "{folder}: {} mutants, {unbuilt} don't compile",
        mutants.len()
    );
    if let Some(number) = built.left_out.first() {
        let mutant = &mutants[*number as usize - 1];
        bail!(
            "{} can't be switched: {}",
            mutant.file.display(),
            mutant.change
        );
    }
    let is_built = |mutant: &&Mutant| !built.refused.contains_key(&mutant.edit.number);
    let all: Vec<&Mutant> = mutants.iter().filter(is_built).collect();
    let survivors = std::sync::Mutex::new(Vec::new());
    pool::share(all, 2 * pool::cores(), |_, next| {
        while let Some(mutant) = next() {
            let checks = built.check(mutant.edit.number, &["--stop"])?;
            let last = checks.last().context("no check ran")?;
            if last["status"] == "passed" {
                survivors.lock().expect("no worker panics").push(mutant);
            } else {
                let name = last["name"].as_str().unwrap_or_default();
                counter.count(
                    &format!("{} noticed by {name}", mutant.title(folder)),
                    Ok(()),
                );
            }
        }
        Ok(())
    })?;
    for mutant in survivors.into_inner().expect("no worker panics") {
        let key = (mutant.change.clone(), mutant.line.clone());
        let result = match excused.remove(&key) {
            Some(_) => Ok(()),
            None => Err(anyhow::anyhow!("no check fails because of it")),
        };
        counter.count(&mutant.title(folder), result);
    }
    for (change, line) in excused.into_keys() {
        let name = format!("{folder}: {change}, at `{line}`");
        counter.count(
            &name,
            Err(anyhow::anyhow!(
                "{EXCUSED} excuses it, but a check notices it, or it no longer exists"
            )),
        );
    }
    Ok(())
}

impl Mutant {
    fn title(&self, folder: &str) -> String {
        format!(
            "{folder}/{}: {}, at `{}`",
            self.file.display(),
            self.change,
            self.line
        )
    }
}

/// Returns the mutants of the code that the learner writes, which are the functions
/// that a starter leaves open.
fn list(scratch: &Scratch, folder: &str) -> Result<Vec<Mutant>> {
    let mut command = runner::cargo(scratch.root());
    let package = solutions::package(folder)?;
    command.args(["mutants", "--list", "--json", "--package", &package]);
    let output = command.output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!(
            "cargo mutants: {}\nTo install it, run this once: cargo install cargo-mutants --locked",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let all: Value = serde_json::from_slice(&output.stdout)?;
    let mut mutants = Vec::new();
    for value in all.as_array().context("a list of mutants")? {
        let path = value["file"].as_str().context("`file`")?;
        let file = Path::new(path).strip_prefix(Path::new("solutions").join(folder))?;
        let source = scratch.read(Path::new(path))?;
        let span = &value["span"];
        let range = offset(&source, &span["start"])?..offset(&source, &span["end"])?;
        if !is_learners(&source, range.start) {
            continue;
        }
        let name = value["name"].as_str().context("`name`")?;
        let change = name.splitn(4, ':').nth(3).unwrap_or(name).trim();
        let start = source[..range.start].rfind('\n').map_or(0, |at| at + 1);
        mutants.push(Mutant {
            file: file.to_owned(),
            change: change.to_owned(),
            line: source[start..]
                .lines()
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned(),
            edit: Edit {
                number: u32::try_from(mutants.len())? + 1,
                range,
                replacement: value["replacement"]
                    .as_str()
                    .context("`replacement`")?
                    .to_owned(),
            },
        });
    }
    Ok(mutants)
}

/// The byte at a line and column, both counted from 1.
fn offset(source: &str, place: &Value) -> Result<usize> {
    let number = |key: &str| {
        let number = place[key]
            .as_u64()
            .context("a place has a line and a column")?;
        Ok::<_, anyhow::Error>(usize::try_from(number)? - 1)
    };
    let before: usize = source
        .split_inclusive('\n')
        .take(number("line")?)
        .map(str::len)
        .sum();
    let line = &source[before..];
    let column = number("column")?;
    Ok(before
        + line
            .char_indices()
            .nth(column)
            .map_or(line.len(), |(at, _)| at))
}

/// Does the byte lie between the marks of a body that a starter leaves open?
fn is_learners(source: &str, at: usize) -> bool {
    let opened = source[..at].rfind("// ANCHOR: cut-");
    let closed = source[..at].rfind("// ANCHOR_END: cut-");
    match (opened, closed) {
        (Some(opened), Some(closed)) => closed < opened,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// The reasons of a chapter, by what is changed and on which line.
fn excused(folder: &Path) -> Result<BTreeMap<(String, String), String>> {
    let path = folder.join(EXCUSED);
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(BTreeMap::new());
    };
    let mut value =
        toml_span::parse(&text).with_context(|| path.display().to_string())?;
    let ValueInner::Table(mut table) = value.take() else {
        bail!("{}: no table", path.display());
    };
    let list = table.remove("mutant").map(|mut list| list.take());
    let Some(ValueInner::Array(items)) = list else {
        bail!("{}: no [[mutant]]", path.display());
    };
    let mut all = BTreeMap::new();
    for mut item in items {
        let ValueInner::Table(mut keys) = item.take() else {
            bail!("[[mutant]] is a table");
        };
        let mut text = |key: &str| -> Result<String> {
            let value = keys
                .remove(key)
                .with_context(|| format!("`{key}` is missing"))?;
            Ok(value
                .as_str()
                .with_context(|| format!("`{key}` is a string"))?
                .to_owned())
        };
        let (change, line, why) = (text("change")?, text("line")?, text("why")?);
        ensure!(!why.trim().is_empty(), "{change} has no reason");
        all.insert((change, line), why);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_place_is_found_by_line_and_column() {
        let source = "fn a() {\n    ä < b\n}\n";
        let at = offset(source, &json!({ "line": 2, "column": 7 })).unwrap();
        assert_eq!(&source[at..=at], "<");
    }

    #[test]
    fn only_what_a_starter_leaves_open_is_the_learners() {
        let source = "a\n// ANCHOR: cut-x\nb\n// ANCHOR_END: cut-x\nc\n";
        let is = |text: &str| is_learners(source, source.find(text).unwrap());
        assert!(!is("a\n") && is("b\n") && !is("c\n"));
    }
}
