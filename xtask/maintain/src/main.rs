//! What maintainers do, and the runner builds when it is needed: `sync` and `test`.

mod sync;
mod test;

use std::process::ExitCode;

use xtask::cli;
use xtask::cli::error::Error;

fn main() -> ExitCode {
    cli::run(|words| {
        let (name, words) = words.split_first().unzip();
        let words = words.unwrap_or_default();
        match name.map(String::as_str) {
            Some("sync") => sync::run(words),
            Some("test") => test::run(words),
            _ => Err(Error::usage("say `sync` or `test`").next("cargo xtask --help")),
        }
    })
}
