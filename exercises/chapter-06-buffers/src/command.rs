//! What the command line asks the program to do.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};

/// The longest chunk that can be asked for: 1 MiB.
const MOST: usize = 1024 * 1024;

/// What is shown when no file is named. Its characters have 1 to
/// 4 bytes, and chunks of 16 bytes cut two of them.
const TEXT: &str = "A chunk ends anywhere, also in é.\n\
                    The € has 3 bytes and the 🦀 4.\n\
                    The last line has no end";

/// One of the two things that the program does.
pub(crate) enum Command {
    Help,
    Show { source: Source, size: usize },
}

/// What is read. It can be read several times.
pub(crate) enum Source {
    Own,
    File(String),
}

impl Command {
    /// Reads the words after the program's name. An error says
    /// what to type instead.
    pub(crate) fn read(words: &[String]) -> Result<Self, String> {
        let (mut file, mut size) = (None, 16);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--help" => return Ok(Self::Help),
                "--size" => {
                    let Some(value) = words.next() else {
                        return Err("--size needs a number: --size 64"
                            .to_owned());
                    };
                    size = value
                        .parse()
                        .ok()
                        .filter(|size| (1..=MOST).contains(size))
                        .ok_or(format!(
                            "--size {value}: a whole number from 1 to {MOST}"
                        ))?;
                }
                flag if flag.starts_with('-') => {
                    return Err(unknown(flag));
                }
                path => {
                    let path = path.to_owned();
                    if let Some(first) = file.replace(path) {
                        return Err(format!(
                            "one FILE at a time: `{first}`, and then \
                             `{word}`"
                        ));
                    }
                }
            }
        }
        let source = file.map_or(Source::Own, Source::File);
        Ok(Self::Show { source, size })
    }
}

/// What to type instead of a flag that is none.
fn unknown(flag: &str) -> String {
    match flag.strip_prefix("--size=") {
        Some(value) => {
            format!("`{flag}` means nothing here: try --size {value}")
        }
        None => format!("`{flag}` means nothing here: try --help"),
    }
}

impl Source {
    /// Opens it at its beginning.
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
