//! Every solution passes its checks; every fresh starter is "not started".

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};

use crate::filter::Filter;
use crate::pool;
use crate::runner;
use crate::scratch::Scratch;
use crate::tally::{Counter, Tally};

/// Proves it for the chapters that `filter` takes, in scratch copies, whatever the learner's exercises hold.
pub fn prove(filter: &Filter) -> Result<Tally> {
    let all = folders(&Scratch::open(0)?)?;
    // The last chapters take longest.
    let wanted = all.iter().rev().filter(|folder| filter.takes(&[folder]));
    let counter = Counter::default();
    pool::share(wanted, pool::cores(), |number, next| {
        let scratch = Scratch::open(number)?;
        for folder in &all {
            let said =
                runner::say(scratch.root(), &format!("reset {}", name(folder)?))?;
            ensure!(said.code == 0, "reset {folder}: {}", said.stderr);
        }
        while let Some(folder) = next() {
            chapter(&scratch, &name(folder)?, &counter)?;
        }
        Ok(())
    })?;
    Ok(counter.tally())
}

fn chapter(scratch: &Scratch, chapter: &str, counter: &Counter) -> Result<()> {
    for (words, status, what) in [
        (" --solution", "passed", "solution"),
        ("", "not started", "starter is not started"),
    ] {
        for check in runner::check(scratch.root(), &format!("{chapter}{words}"))? {
            let name = check["name"].as_str().unwrap_or("?");
            let title = format!("{what}: {chapter} {name}");
            let is_right = check["status"] == status;
            let result = if is_right {
                Ok(())
            } else {
                Err(anyhow!("{check}"))
            };
            counter.count(&title, result);
        }
    }
    Ok(())
}

/// The chapters' folders, in order.
pub fn folders(scratch: &Scratch) -> Result<Vec<String>> {
    folders_in(scratch.root())
}

/// The folders of the chapters of a workbook, in order.
pub fn folders_in(root: &Path) -> Result<Vec<String>> {
    let mut folders: Vec<String> = fs::read_dir(root.join("exercises"))?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("chapter-"))
        .collect();
    // Numbers have two digits.
    folders.sort();
    Ok(folders)
}

/// The number in a chapter's folder.
fn number(folder: &str) -> Result<u32> {
    let number = folder.split('-').nth(1).and_then(|text| text.parse().ok());
    number.with_context(|| format!("`{folder}` is no chapter"))
}

/// The package of the solution in a chapter's folder.
pub fn package(folder: &str) -> Result<String> {
    Ok(format!("chapter-{}-solution", number(folder)?))
}

/// What commands call the chapter in a folder.
pub fn name(folder: &str) -> Result<String> {
    Ok(format!("chapter-{}", number(folder)?))
}
