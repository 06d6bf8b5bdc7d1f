//! The checks of every chapter under Wine, each judged by the runner.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, anyhow};

use super::programs::{Programs, on_windows};
use crate::harness::pool;
use crate::harness::runner;
use crate::harness::tally::Counter;
use crate::proofs::solutions;

/// Under Wine, two hundred waiting sockets make each poll slow, so a check of a minute
/// may take two on a busy machine.
const PATIENCE: &str = "5";

/// What became of the checks of a chapter.
#[derive(Default)]
struct Row {
    passed: u64,
    failed: u64,
    /// The checks that can't run on this system, with their messages.
    others: Vec<String>,
}

/// Judges the solutions of these chapters, and prints a table.
pub(super) fn prove<'a>(
    programs: &Programs,
    folders: impl DoubleEndedIterator<Item = &'a String>,
    counter: &Counter,
) -> Result<()> {
    let rows = Mutex::new(BTreeMap::new());
    // The last chapters take longest, so they come first.
    pool::share(folders.rev(), pool::cores(), |_, next| {
        while let Some(folder) = next() {
            let row = chapter(programs, folder, counter)?;
            let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
            rows.insert(folder.clone(), row);
        }
        Ok(())
    })?;
    let rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !rows.is_empty() {
        table(&rows);
    }
    Ok(())
}

fn chapter(programs: &Programs, folder: &str, counter: &Counter) -> Result<Row> {
    let package = solutions::package(folder)?;
    let built = on_windows(programs.program(&package, "test")?);
    let mut command = programs.xtask(&runner::root())?;
    command.args([
        "check",
        &solutions::chapter_of(folder)?.name(),
        "--solution",
        "--json",
    ]);
    command.args(["--built", &built, "--patience", PATIENCE]);
    let mut row = Row::default();
    for check in runner::checks(command)? {
        let name = check["name"].as_str().unwrap_or("?");
        let result = match check["status"].as_str() {
            Some("passed") => {
                row.passed += 1;
                Ok(())
            }
            Some("not checkable") => {
                let why = check["message"].as_str().unwrap_or("?");
                row.others.push(format!("{name}: {why}"));
                continue;
            }
            _ => {
                row.failed += 1;
                Err(anyhow!("{check}"))
            }
        };
        counter.count(&format!("{folder} under Wine: {name}"), result);
    }
    Ok(row)
}

fn table(rows: &BTreeMap<String, Row>) {
    println!("\n{:<26} passed  not checkable  failed", "under Wine");
    for (folder, row) in rows {
        let others = row.others.len();
        println!(
            "{folder:<26} {:>6} {others:>14} {:>7}",
            row.passed, row.failed
        );
    }
    for why in rows.values().flat_map(|row| &row.others) {
        println!("not checkable: {why}");
    }
}
