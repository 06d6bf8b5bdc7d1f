//! `cargo xtask`: the runner of the workbook.
//!
//! It stands between cloning and the first verdict, so it is thin: of ours it depends
//! on `words` alone, and it starts the heavier tools only when they are needed.

mod args;
mod book;
mod build;
mod chapter;
mod check;
mod command;
mod copies;
mod doctor;
mod events;
mod exit;
mod given;
mod grade;
mod hint;
mod json;
mod keeper;
mod leash;
mod lock;
mod map;
mod progress;
mod report;
mod reset;
mod restore;
mod scratch;
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
mod version;
mod watch;
mod workspace;

use std::process::ExitCode;

/// `cargo xtask check chapter-1 | head` closes our output early: that is no
/// fault, and `println!` would make a panic of it.
fn end_quietly_when_nobody_reads() {
    let ordinary = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let message = info.payload_as_str().unwrap_or_default();
        if message.starts_with("failed printing to std") {
            std::process::exit(exit::Exit::Failed as i32);
        }
        ordinary(info);
    }));
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    if words.first().is_some_and(|word| word == keeper::COMMAND) {
        return keeper::main(&words[1..]);
    }
    if words.first().is_some_and(|word| word == leash::COMMAND) {
        return leash::main(&words[1..]);
    }
    end_quietly_when_nobody_reads();
    match command::run(words) {
        Ok(exit) => exit.into(),
        Err(fault) => {
            words::complain!("{fault}");
            fault.exit().into()
        }
    }
}
