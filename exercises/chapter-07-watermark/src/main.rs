//! Runs a producer and a consumer with a queue between them, and shows
//! the level of the queue tick by tick.
//!
//! We provide this file, which only prints.
//!
//! ```text
//! cargo run -p chapter-7
//! cargo run -p chapter-7 -- --take 64
//! ```

use std::process::ExitCode;

mod program;

use program::command::Command;

const HELP: &str = "\
Shows the level in a queue between a producer and a consumer:
once with a producer that obeys `Wait`, once with one that
ignores it.

Usage: cargo run -p chapter-7 -- [FLAGS]

All sizes are whole numbers of KiB, at most 65535.
  --give N  what the producer has at each tick, 64 by default
  --take N  what the consumer takes at each tick, 16 by default
  --high N  the high-water mark, 256 by default; 0 is allowed
  --low N   the low-water mark, 128 by default; 0 is allowed
  --help    this text

Example: cargo run -p chapter-7 -- --take 64
";

fn main() -> ExitCode {
    let text = match Command::from_args() {
        Ok(Command::Help) => Ok(HELP.to_owned()),
        Ok(Command::Show(plan)) => program::strip::render(&plan)
            .map_err(|error| error.to_string()),
        Err(error) => Err(format!("{error} (--help lists the flags)")),
    };
    match text {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("chapter-7: {error}");
            ExitCode::FAILURE
        }
    }
}
