//! The maintainers' commands, which the runner builds when they're needed: `sync`,
//! `test`, `new`, and `rename`.

mod new;
mod rename;
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
            Some("new") => new::run(words),
            Some("rename") => rename::run(words),
            Some("sync") => sync::run(words),
            Some("test") => test::run(words),
            _ => Err(Error::usage(
                "the command must be `sync`, `test`, `new`, or `rename`",
            )
            .next("cargo xtask --help")),
        }
    })
}
