//! Shows a file as chunks: where each chunk is in memory, and what
//! keeps it alive.
//!
//! We provide this file, which only prints.
//!
//! ```text
//! cargo run -p chapter-6
//! cargo run -p chapter-6 -- README.md --size 64
//! ```

use std::process::ExitCode;

mod blocks;
mod command;
mod growth;
mod table;

use buffers::{TextError, Totals};
use command::{Command, Source};

/// The longest line that is counted, in bytes.
const LIMIT: usize = 64 * 1024;

const HELP: &str = "\
Shows a file as chunks: the address, length and text of each, and
which chunks share memory. Then it shows one `BytesMut`, step by
step.

Usage: cargo run -p chapter-6 -- [FILE] [FLAGS]

  FILE       what to read; without it, three lines of its own
  --size N   the longest chunk in bytes, 1 to 1048576, 16 by default

  --help     this text

Examples: cargo run -p chapter-6 -- --size 7
          cargo run -p chapter-6 -- README.md --size 64
";

fn main() -> ExitCode {
    let text = match Command::from_args() {
        Ok(Command::Help) => Ok(HELP.to_owned()),
        Ok(Command::Show { source, size }) => show(&source, size)
            .map_err(|error| {
                format!(
                    "{source}: {error}\n\
                     Try: cargo run -p chapter-6 -- README.md"
                )
            }),
        Err(error) => Err(format!("{error} (--help lists the flags)")),
    };
    match text {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("chapter-6: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns everything that the program prints.
fn show(source: &Source, size: usize) -> std::io::Result<String> {
    let mut text =
        format!("{source}, at most {size} bytes at a time\n");
    for keep in
        [table::Keep::None, table::Keep::All, table::Keep::Copies]
    {
        text += &table::shown(source.open()?, size, keep)?;
    }
    text += &totals(&Totals::read(source.open()?, size, LIMIT)?);
    text += &growth::shown();
    Ok(text)
}

fn totals(totals: &Totals) -> String {
    let Totals {
        chunks,
        bytes,
        lines,
        longest,
        ..
    } = totals;
    let or = |error: &Option<TextError>, right: String| {
        error.as_ref().map_or(right, TextError::to_string)
    };
    let text = or(&totals.text_error, "UTF-8".to_owned());
    let lines = format!("{lines} lines, the longest of {longest}");
    let lines = or(&totals.line_error, lines);
    format!(
        "\nAll of it: {bytes} bytes, {chunks} chunks\n\
         text: {text}\nlines: {lines}\n"
    )
}
