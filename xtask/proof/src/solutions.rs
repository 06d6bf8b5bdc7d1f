//! Every solution passes its checks; every fresh starter is "not started".

use std::fs;

use anyhow::Result;

use crate::runner;
use crate::scratch::Scratch;
use crate::tally::Tally;

/// Proves it in a scratch copy, whatever the learner's exercises hold.
pub fn prove() -> Result<Tally> {
    let scratch = Scratch::open(0)?;
    let mut tally = Tally::default();
    let chapters = chapters(&scratch)?;
    for chapter in &chapters {
        let said = runner::say(scratch.root(), &format!("reset {chapter}"))?;
        anyhow::ensure!(said.code == 0, "reset {chapter}: {}", said.stderr);
    }
    for chapter in &chapters {
        for check in runner::check(scratch.root(), &format!("{chapter} --solution"))? {
            let passed = check["status"] == "passed";
            let result = if passed {
                Ok(())
            } else {
                Err(check.to_string())
            };
            tally.count(&name("solution", chapter, &check), result);
        }
        for check in runner::check(scratch.root(), chapter)? {
            let open = check["status"] == "not started";
            let result = if open { Ok(()) } else { Err(check.to_string()) };
            tally.count(&name("starter is not started", chapter, &check), result);
        }
    }
    Ok(tally)
}

/// The chapters' names, in order.
pub fn chapters(scratch: &Scratch) -> Result<Vec<String>> {
    let mut chapters: Vec<u32> = fs::read_dir(scratch.root().join("exercises"))?
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.strip_prefix("chapter-")?
                .split('-')
                .next()?
                .parse()
                .ok()
        })
        .collect();
    chapters.sort_unstable();
    Ok(chapters
        .iter()
        .map(|number| format!("chapter-{number}"))
        .collect())
}

fn name(what: &str, chapter: &str, check: &serde_json::Value) -> String {
    let check = check["name"].as_str().unwrap_or("?");
    format!("{what}: {chapter} {check}")
}
