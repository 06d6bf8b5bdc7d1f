//! What the command line asks the program to do.
//!
//! We provide this file: command lines aren't a subject of this
//! chapter.

use std::ffi::OsString;
use std::path::PathBuf;

/// One of the things that the program does.
pub(crate) enum Command {
    Help,
    Gzip {
        file: PathBuf,
        out: PathBuf,
        level: u32,
    },
    Records {
        file: PathBuf,
    },
}

impl Command {
    /// Reads the words after the program's name. An error message says
    /// what to type instead.
    pub(crate) fn read(words: &[OsString]) -> Result<Self, String> {
        if words.iter().any(|word| word == "--help") {
            return Ok(Self::Help);
        }
        let (verb, file, flags) = match words {
            [verb, file, flags @ ..] => (verb, file, flags),
            [verb] if verb == "gzip" || verb == "records" => {
                let verb = verb.to_string_lossy();
                return Err(format!(
                    "which file? Try: {verb} Cargo.lock"
                ));
            }
            _ => return Err("no command: try --help".into()),
        };
        let file = PathBuf::from(file);
        if verb == "records" && flags.is_empty() {
            return Ok(Self::Records { file });
        }
        if verb != "gzip" {
            let verb = verb.to_string_lossy();
            let flag = flags
                .first()
                .map_or(verb, |flag| flag.to_string_lossy());
            return Err(format!("`{flag}` isn't a flag: try --help"));
        }
        let mut out = file.clone().into_os_string();
        out.push(".gz");
        let (mut out, mut level) = (PathBuf::from(out), 6);
        for pair in flags.chunks(2) {
            let flag = pair[0].to_string_lossy();
            let value = pair.get(1);
            match (&*flag, value) {
                ("--out", Some(path)) => out = path.into(),
                ("--out", None) => {
                    return Err("--out: which path?".into());
                }
                ("--level", value) => {
                    let number = value.and_then(|value| value.to_str());
                    let number =
                        number.and_then(|text| text.parse().ok());
                    level = number
                        .filter(|level| *level <= 9)
                        .ok_or("--level: a whole number from 0 to 9")?;
                }
                _ => {
                    return Err(format!(
                        "`{flag}` isn't a flag: try --help"
                    ));
                }
            }
        }
        Ok(Self::Gzip { file, out, level })
    }
}
