//! What the programs of chapters 5 and 8 do before they serve.
//!
//! We provide this file, because flags and messages aren't a subject of
//! either chapter.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::Config;

/// Reads the configuration from the command line. Returns `None` if the
/// command line contains `--help`.
///
/// # Errors
///
/// Returns what is wrong with the command line, and what to type
/// instead.
pub fn command_line() -> Result<Option<Config>, String> {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.into_string())
        .collect::<Result<_, _>>()
        .map_err(|word| format!("{word:?} is not UTF-8"))?;
    if words.iter().any(|word| word == "--help") {
        return Ok(None);
    }
    let config = Config::from_args(&words);
    config.map(Some).map_err(|error| error.to_string())
}

/// Returns a line about what `/download` will send, for when the server
/// starts.
pub fn banner(file: &Path) -> String {
    let shown = file.display();
    let facts = fs::metadata(file).and_then(|facts| {
        // Don't open a FIFO: the call would wait for a writer that may
        // never come.
        if facts.is_file() {
            File::open(file)?;
        }
        Ok(facts)
    });
    match facts {
        Ok(facts) if facts.is_file() => {
            let length = facts.len();
            format!("/download sends {shown} ({length} bytes)")
        }
        Err(error)
            if error.kind() == io::ErrorKind::PermissionDenied =>
        {
            format!(
                "/download responds with 403: {shown} can't be read"
            )
        }
        _ => format!("/download responds with 404: no file at {shown}"),
    }
}
