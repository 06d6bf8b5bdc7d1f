//! Proves that wrong solutions are rejected. Each is an edit of the correct one, and
//! the check that it names must reject it for the reason that it names.

mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

pub use table::{Rejects, Wrong, read_all};

use crate::harness::filter::Filter;
use crate::harness::pool;
use crate::harness::runner;
use crate::harness::scratch::Scratch;
use crate::harness::switched::{Chapter, Edits};
use crate::harness::tally::{Counter, Tally};

/// How wrong solutions are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// All of a chapter in one build, each with a switch. Those that aren't rejected as
    /// they should be are then tried on their own.
    Switched,
    /// The same, and the named check must also be the first one in the table that
    /// fails, because that's the one a learner reads.
    First,
    /// Each on its own, like a learner's edit.
    Each,
}

/// Tries every wrong solution that `filter` takes.
pub fn prove(filter: &Filter, how: How) -> Result<Tally> {
    // Without a runner, every one of them would fail with the same message.
    runner::xtask(&runner::root())?;
    let mut all = read_all(&runner::root())?;
    all.retain(|wrong| filter.takes(&[&wrong.name, &wrong.folder]));
    ensure!(
        !all.is_empty(),
        "no wrong solution has {filter:?} in its name"
    );
    let counter = Counter::default();
    match how {
        How::Switched | How::First => by_chapter(all, how, &counter)?,
        How::Each => one_by_one(all, &counter)?,
    }
    Ok(counter.tally())
}

/// Tries these of one chapter, behind switches, in a copy of the caller's.
pub fn prove_in(scratch: &Scratch, of_one_chapter: Vec<Wrong>) -> Result<Tally> {
    ensure!(
        !of_one_chapter.is_empty(),
        "there are no wrong solutions to try"
    );
    runner::xtask(&runner::root())?;
    let counter = Counter::default();
    chapter(scratch, of_one_chapter, How::Switched, &counter)?;
    Ok(counter.tally())
}

/// Each worker has a scratch workbook of its own and a core to build on.
fn one_by_one(all: Vec<Wrong>, counter: &Counter) -> Result<()> {
    let workers = pool::cores().min(all.len());
    pool::share(all, workers, |number, next| {
        let scratch = Scratch::open(number)?;
        while let Some(wrong) = next() {
            counter.count(&wrong.title(), reject(&scratch, &wrong));
        }
        Ok(())
    })
}

fn by_chapter(all: Vec<Wrong>, how: How, counter: &Counter) -> Result<()> {
    let mut chapters: BTreeMap<String, Vec<Wrong>> = BTreeMap::new();
    for wrong in all {
        chapters
            .entry(wrong.folder.clone())
            .or_default()
            .push(wrong);
    }
    let mut chapters: Vec<Vec<Wrong>> = chapters.into_values().collect();
    // The longest come first, because otherwise one core would be left waiting for
    // another at the end.
    chapters.sort_by_key(|all| std::cmp::Reverse(all.len()));
    let workers = pool::cores().min(chapters.len());
    pool::share(chapters, workers, |number, next| {
        let scratch = Scratch::open(number)?;
        while let Some(all) = next() {
            chapter(&scratch, all, how, counter)?;
        }
        Ok(())
    })
}

/// Tries the wrong solutions of one chapter.
fn chapter(
    scratch: &Scratch,
    all: Vec<Wrong>,
    how: How,
    counter: &Counter,
) -> Result<()> {
    let folder = all[0].folder.clone();
    let mut edits = Edits::new();
    for (index, wrong) in all.iter().enumerate() {
        if let Some(edit) = wrong.switched(scratch, index as u32 + 1)? {
            edits
                .entry(PathBuf::from(&wrong.file))
                .or_default()
                .push(edit);
        }
    }
    let switchable: Vec<u32> =
        edits.values().flatten().map(|edit| edit.number).collect();
    let built = Chapter::build(scratch, &folder, edits)?;
    let is_built = |number: &u32| {
        !built.left_out.contains(number) && !built.refused.contains_key(number)
    };
    let switched: Vec<u32> = switchable.into_iter().filter(is_built).collect();
    let order = control(&built);
    let names = order.as_ref().map_or_else(|_| Vec::new(), Clone::clone);
    let off = format!("passes with every switch off: {folder}");
    counter.count(&off, order.map(|_| ()));
    let rejected = std::sync::Mutex::new(Vec::new());
    // Many of them hang, so they wait for a deadline and not for a core.
    pool::share(switched, 2 * pool::cores(), |_, next| {
        while let Some(number) = next() {
            let wrong = &all[number as usize - 1];
            if judged(&built, number, wrong).is_ok() {
                let result = match how {
                    How::First => is_first(&built, number, wrong, &names),
                    How::Switched | How::Each => Ok(()),
                };
                counter.count(&wrong.title(), result);
                rejected.lock().expect("no worker panics").push(number);
            }
        }
        Ok(())
    })?;
    drop(built);
    let rejected = rejected.into_inner().expect("no worker panics");
    for (index, wrong) in all.iter().enumerate() {
        if !rejected.contains(&(index as u32 + 1)) {
            counter.count(
                &format!("{} by itself", wrong.title()),
                reject(scratch, wrong),
            );
        }
    }
    Ok(())
}

/// With no edit switched on, every check passes. Gives their names, in their order.
fn control(built: &Chapter<'_>) -> Result<Vec<String>> {
    let checks = built.check(0, &[])?;
    ensure!(!checks.is_empty(), "no check ran");
    for check in &checks {
        ensure!(check["status"] == "passed", "{check}");
    }
    let name = |check: &Value| check["name"].as_str().map(str::to_owned);
    Ok(checks.iter().filter_map(name).collect())
}

/// Does every check before the one that rejects it pass?
fn is_first(
    built: &Chapter<'_>,
    number: u32,
    wrong: &Wrong,
    names: &[String],
) -> Result<()> {
    let Rejects::Check(check) = &wrong.check else {
        return Ok(());
    };
    let earlier: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .take_while(|name| name != check)
        .collect();
    // Together in one process first: that they pass is what is expected.
    if earlier.is_empty() || built.all_pass(number, &earlier)? {
        return Ok(());
    }
    let checks = built.check(number, &["--stop"])?;
    let first = checks.last().context("no check gave a verdict")?;
    ensure!(
        first["name"] == **check,
        "{} fails before {check}, and says `{}`",
        first["name"],
        first["message"].as_str().unwrap_or_default()
    );
    Ok(())
}

fn judged(built: &Chapter<'_>, number: u32, wrong: &Wrong) -> Result<()> {
    let Rejects::Check(check) = &wrong.check else {
        bail!("the compiler rejects it");
    };
    let checks = built.check(number, &["--only", check])?;
    judge(
        wrong,
        check,
        checks.first().context("the check gave no verdict")?,
    )
}

/// Applies the edit on its own, checks who rejects it, and undoes the edit.
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
    if !said.stdout.contains("doesn't compile") {
        bail!("it compiles in {tree}: {}", said.stdout);
    }
    if !said.stderr.contains(&wrong.message) {
        bail!(
            "the compiler's error doesn't contain `{}` in {tree}: {}",
            wrong.message,
            said.stderr
        );
    }
    Ok(())
}

fn judge(wrong: &Wrong, check: &str, verdict: &Value) -> Result<()> {
    let status = verdict["status"].as_str().unwrap_or_default();
    if ["passed", "not started", "does not compile"].contains(&status) {
        bail!("the verdict of {check} is \"{status}\"");
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
        "{check} rejects it, but its message doesn't contain `{}`: {}",
        wrong.message,
        said.join(" | ")
    )
}
