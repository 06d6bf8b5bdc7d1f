//! Commands that learners seldom need, and that the runner builds when they're needed:
//! `update` and `solution`.

mod solution;
mod update;

use std::process::ExitCode;

use xtask::cli;
use xtask::cli::error::Error;

fn main() -> ExitCode {
    cli::run(|words| {
        let (name, words) = words.split_first().unzip();
        let words = words.unwrap_or_default();
        match name.map(String::as_str) {
            Some("solution") => solution::run(words),
            Some("update") => update::run(words),
            _ => Err(Error::usage("the command must be `update` or `solution`")
                .next("cargo xtask --help")),
        }
    })
}
