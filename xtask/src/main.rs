//! `cargo xtask`: the runner of the workbook.
//!
//! It stands between cloning and the first verdict, so it is thin: it depends
//! on nothing of ours and starts the heavier tools only when they are needed.

mod args;
mod build;
mod chapter;
mod check;
mod command;
mod copies;
mod doctor;
mod exit;
mod grade;
mod hint;
mod keeper;
mod lock;
mod map;
mod progress;
mod report;
mod reset;
mod restore;
mod show;
mod solution;
mod start;
mod starter;
mod sync;
mod table;
mod task;
mod terminal;
mod test;
mod tool;
mod update;
mod verdict;
mod watch;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    if words.first().is_some_and(|word| word == keeper::COMMAND) {
        return keeper::main(&words[1..]);
    }
    match command::run(words) {
        Ok(exit) => exit.into(),
        Err(fault) => {
            eprintln!("{fault}");
            fault.exit().into()
        }
    }
}
