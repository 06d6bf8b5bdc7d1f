//! What the command line asks the program to do.
//!
//! We provide this file: flags aren't a subject of this chapter.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};

use lexopt::prelude::*;
use lexopt::{Error, Parser};

/// The largest `--size` that is accepted: 1 MiB.
const MOST: usize = 1024 * 1024;

/// The text that is shown if no file is named. Its characters have 1 to
/// 4 bytes, and chunks of 16 bytes split two of them.
const TEXT: &str = "A chunk ends anywhere, also in é.\n\
                    The € has 3 bytes and the 🦀 4.\n\
                    The last line has no end";

/// One of the two things that the program does.
pub(crate) enum Command {
    Help,
    Show { source: Source, size: usize },
}

/// What to read. It can be opened several times.
pub(crate) enum Source {
    Own,
    File(String),
}

impl Command {
    /// Reads the command line. An error message says what to type
    /// instead.
    pub(crate) fn from_args() -> Result<Self, Error> {
        let (mut source, mut size) = (Source::Own, 16);
        let mut args = Parser::from_env();
        while let Some(arg) = args.next()? {
            match arg {
                Long("size") => size = args.value()?.parse()?,
                Long("help") => return Ok(Self::Help),
                Value(path) if matches!(source, Source::Own) => {
                    source = Source::File(path.string()?);
                }
                _ => return Err(arg.unexpected()),
            }
        }
        if !(1..=MOST).contains(&size) {
            let what =
                format!("--size must be 1 to {MOST}, not {size}");
            return Err(what.into());
        }
        Ok(Self::Show { source, size })
    }
}

impl Source {
    /// Opens the source at its beginning.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read>> {
        Ok(match self {
            Self::Own => Box::new(TEXT.as_bytes()),
            Self::File(path) => Box::new(File::open(path)?),
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => f.write_str("three lines"),
            Self::File(path) => f.write_str(path),
        }
    }
}
