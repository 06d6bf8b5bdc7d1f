//! A producer and a consumer with a queue between them, and the
//! level in it, tick by tick.
//!
//! ```text
//! cargo run -p chapter-7
//! cargo run -p chapter-7 -- --take 64
//! ```

use std::process::ExitCode;

mod command;
mod simulation;
mod strip;

use command::Command;

const HELP: &str = "\
Shows the level in a queue between a producer and a consumer:
once with a producer that obeys the answer, once with one that
ignores it.

Usage: cargo run -p chapter-7 -- [FLAGS]

All sizes are whole numbers of KiB.
  --give N   what the producer has at each tick, 64 by default
  --take N   what the consumer takes at each tick, 16 by default
  --item N   the size of one item, 16 by default
  --high N   the high mark, 256 by default; 0 is allowed
  --low N    the low mark, 128 by default; 0 is allowed
  --ticks N  how many ticks, 1 to 200, 60 by default

  --help     this text

Examples: cargo run -p chapter-7 -- --take 64
          cargo run -p chapter-7 -- --low 0
          cargo run -p chapter-7 -- --high 1024
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let shown = match Command::read(&words) {
        Ok(Command::Help) => Ok(HELP.to_owned()),
        Ok(Command::Show(plan)) => {
            strip::shown(&plan).map_err(|error| error.to_string())
        }
        Err(error) => Err(error),
    };
    match shown {
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
