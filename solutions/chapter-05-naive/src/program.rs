//! What the programs of chapters 5 and 8 do before they serve.
//! Given: it is no subject of either chapter.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::Config;

/// Reads the configuration from the command line. `None` says that
/// `--help` is on it.
///
/// # Errors
///
/// What is wrong with the command line, and what to type instead.
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

/// Says what is behind `/download` as the server starts.
pub fn banner(file: &Path) -> String {
    let shown = file.display();
    let facts = fs::metadata(file).and_then(|facts| {
        // A FIFO must not be opened: nobody may ever write to it.
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
            format!("/download answers 403: {shown} may not be read")
        }
        _ => format!("/download answers 404: no file at {shown}"),
    }
}
