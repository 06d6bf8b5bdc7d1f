//! Proves that every solution passes its checks, and that every fresh starter is "not
//! started".

use anyhow::{Context, Result, anyhow, ensure};
use course::chapter::{self, Chapter, Tree};

use crate::harness::filter::Filter;
use crate::harness::pool;
use crate::harness::runner;
use crate::harness::scratch::Scratch;
use crate::harness::tally::{Counter, Tally};

/// Proves it for the chapters that `filter` takes, in scratch copies, whatever the learner's exercises hold.
pub fn prove(filter: &Filter) -> Result<Tally> {
    let all = chapter::list(Scratch::open(0)?.root())?;
    // The last chapters take longest, so they come first.
    let wanted = all
        .iter()
        .rev()
        .filter(|chapter| filter.takes(&[chapter.folder()]));
    let counter = Counter::default();
    pool::share(wanted, pool::cores(), |number, next| {
        let scratch = Scratch::open(number)?;
        for chapter in &all {
            let words = format!("reset {}", chapter.name());
            let said = runner::say(scratch.root(), &words)?;
            ensure!(said.code == 0, "{words}: {}", said.stderr);
        }
        while let Some(chapter) = next() {
            check(&scratch, &chapter.name(), &counter)?;
        }
        Ok(())
    })?;
    Ok(counter.tally())
}

fn check(scratch: &Scratch, chapter: &str, counter: &Counter) -> Result<()> {
    for (words, status, what) in [
        (" --solution", "passed", "solution"),
        ("", "not started", "the starter counts as not started"),
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

/// The chapter in a folder of this name.
pub fn chapter_of(folder: &str) -> Result<Chapter> {
    Chapter::from_folder(folder).with_context(|| format!("`{folder}` isn't a chapter"))
}

/// The package of the solution in a chapter's folder.
pub fn package(folder: &str) -> Result<String> {
    Ok(chapter_of(folder)?.package(Tree::Solutions))
}
