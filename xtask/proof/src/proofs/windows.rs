//! Proves that the runner and all checks work on Windows, here under Wine, and that all
//! code type-checks on macOS.

mod chapters;
mod hostile;
mod macos;
mod programs;
mod toolchain;
mod tools;

use anyhow::Result;

use crate::harness::filter::Filter;
use crate::harness::runner;
use crate::harness::tally::{Counter, Tally};
use crate::proofs::solutions;
use programs::Programs;
use toolchain::Toolchain;

/// Proves what `filter` selects: folders of chapters, `hostile`, `plot`, `book`,
/// `macos`. If there's no compiler for other systems, it says so and proves nothing.
pub fn prove(filter: &Filter) -> Result<Tally> {
    let toolchain = match Toolchain::prepare()? {
        Ok(toolchain) => toolchain,
        Err(lacking) => {
            println!("skipped: Windows and macOS, because {lacking}.");
            return Ok(Tally::default());
        }
    };
    let counter = Counter::default();
    let chapters = course::chapter::list(&runner::root())?;
    let folders: Vec<String> =
        chapters.iter().map(|it| it.folder().to_owned()).collect();
    let packages = folders.iter().map(|folder| solutions::package(folder));
    let packages: Vec<String> = packages.collect::<Result<_>>()?;
    let programs = Programs::build(&toolchain, &packages)?;
    let graded = folders.iter().filter(|folder| filter.takes(&[folder]));
    chapters::prove(&programs, graded, &counter)?;
    if filter.takes(&["hostile"]) {
        hostile::build(&toolchain, &programs)?.prove(&counter)?;
    }
    if filter.takes(&["plot"]) {
        counter.count(
            "the plot draws under Wine",
            tools::plot(&programs, &toolchain),
        );
    }
    if filter.takes(&["book"]) {
        counter.count("the book grades under Wine", tools::book(&programs));
    }
    if filter.takes(&["macos"]) {
        macos::prove(&toolchain, &packages, &counter);
    }
    Ok(counter.tally())
}
