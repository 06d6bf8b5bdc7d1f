//! The command line: its arguments, the exit codes, and the terminal. It also starts
//! every program that belongs to the runner.

pub mod args;
pub mod error;
pub mod terminal;

use std::process::ExitCode;

use course::complain;

use crate::cli::error::{Error, Exit, Result};

/// Runs a program that belongs to the runner: removes `--color` from its arguments, and
/// prints the error if it fails.
pub fn run(run: impl FnOnce(Vec<String>) -> Result<Exit>) -> ExitCode {
    end_quietly_when_nobody_reads();
    let mut words = words();
    let ended = take_color(&mut words).and_then(|color| {
        terminal::decide(color.as_deref());
        run(words)
    });
    match ended {
        Ok(exit) => exit.into(),
        Err(error) => {
            complain!("{error}");
            error.exit().into()
        }
    }
}

/// Returns the arguments after the program's name.
pub fn words() -> Vec<String> {
    std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

/// A command such as `cargo xtask check chapter-1 | head` closes our output early. That
/// isn't an error, but `println!` would panic.
fn end_quietly_when_nobody_reads() {
    let ordinary = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let message = info.payload_as_str().unwrap_or_default();
        if message.starts_with("failed printing to std") {
            std::process::exit(Exit::Failed as i32);
        }
        ordinary(info);
    }));
}

/// Removes `--color WHEN`, which may be anywhere among the arguments.
fn take_color(words: &mut Vec<String>) -> Result<Option<String>> {
    let Some(at) = words
        .iter()
        .position(|word| word == "--color" || word.starts_with("--color="))
    else {
        return Ok(None);
    };
    let word = words.remove(at);
    let choice = match word.strip_prefix("--color=") {
        Some(choice) => choice.to_owned(),
        None if at < words.len() => words.remove(at),
        None => String::new(),
    };
    if ["auto", "always", "never"].contains(&choice.as_str()) {
        Ok(Some(choice))
    } else {
        Err(Error::usage(format!(
            "--color must be auto, always, or never, not `{choice}`"
        )))
    }
}
