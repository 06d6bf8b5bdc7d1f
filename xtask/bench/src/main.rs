//! `cargo xtask bench`: the finished server beside nginx, Node.js and tower-http's
//! `ServeFile`, interleaved in one run, in ratios.
//!
//! A figure of one machine says little: so every round measures every server, one
//! after the other, and what is compared is the ratio inside a round.

mod client;
mod contender;
mod error;
mod figures;
mod files;
mod measure;
mod options;
mod page;
mod peaks;
mod picture;
mod table;

use std::process::ExitCode;

use course::{complain, say, screen};
use error::Error;
use lab::folder::Folder;
use options::{Options, Request};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            complain!("bench: {fault}");
            ExitCode::from(fault.exit())
        }
    }
}

fn run(words: &[String]) -> Result<(), Error> {
    let options = match Options::parse(words)? {
        Request::Bench(options) => options,
        Request::Help => {
            say!("{}", options::HELP);
            return Ok(());
        }
    };
    let out = files::folder(&options)?;
    let folder = Folder::new().map_err(|error| Error::File {
        doing: "make a temporary folder",
        path: std::env::temp_dir(),
        error,
    })?;
    let contenders = contender::all(folder.path(), &options)?;
    let figures = measure::all(&contenders, folder.path(), &options)?;
    screen::show(&table::render(&figures));
    for path in files::write(&figures, &out, &options)? {
        say!("wrote {}", path.display());
    }
    Ok(())
}
