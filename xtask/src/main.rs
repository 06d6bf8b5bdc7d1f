//! `cargo xtask`: the program. The library describes its parts.

use std::process::ExitCode;

use xtask::grading::{parent_watch, supervisor};
use xtask::{cli, commands};

fn main() -> ExitCode {
    let words = cli::words();
    match words.first().map(String::as_str) {
        // The runner starts itself with these two hidden commands.
        Some(supervisor::COMMAND) => supervisor::main(),
        Some(parent_watch::COMMAND) => parent_watch::main(&words[1..]),
        _ => cli::run(commands::run),
    }
}
