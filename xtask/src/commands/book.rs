//! `cargo xtask book`: builds and serves the workbook.

use crate::chapter::workspace::Workspace;
use crate::cli::args::Args;
use crate::cli::error::{Error, Exit, Result};
use crate::commands::tool_process;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let words = tool_words(words)?;
    tool_process::run(&Workspace::find()?, tool_process::BOOK_BUILDER, &words)
}

/// Translates the arguments into those of the tool, which can do more than this command
/// offers.
fn tool_words(words: &[String]) -> Result<Vec<String>> {
    let args = Args::parse(words, &["--open"], &["--port", "--build"])?;
    args.at_most(0)?;
    let port = args.value("--port").map(port).transpose()?;
    let mut words = Vec::new();
    if let Some(folder) = args.value("--build") {
        if args.has("--open") || port.is_some() {
            let why = "--build only writes files and serves nothing, so --open and --port \
                       can't be used with it";
            return Err(Error::usage(why).next("cargo xtask book --build site"));
        }
        words.extend(["build".to_owned(), folder.to_owned()]);
        return Ok(words);
    }
    words.push("serve".to_owned());
    if args.has("--open") {
        words.push("--open".to_owned());
    }
    if let Some(port) = port {
        words.extend(["--port".to_owned(), port.to_string()]);
    }
    Ok(words)
}

fn port(text: &str) -> Result<u16> {
    text.parse().map_err(|_| {
        Error::usage(format!(
            "`{text}` isn't a port; a port is a number from 0 to 65535"
        ))
        .next("cargo xtask book --port 0, which chooses a free port")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Result<String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Ok(tool_words(&words)?.join(" "))
    }

    #[test]
    fn the_tool_hears_it_in_its_own_words() {
        for (line, words) in [
            ("", "serve"),
            ("--open --port=0", "serve --open --port 0"),
            ("--port 0 --open", "serve --open --port 0"),
            ("--build site", "build site"),
            ("--build=site", "build site"),
        ] {
            assert_eq!(told(line).expect(line), words);
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_here() {
        for (line, part) in [
            ("--port=99999", "`99999` isn't a port"),
            ("--port", "--port needs a value"),
            ("--build", "--build needs a value"),
            ("--build site --open", "serves nothing"),
            ("--fast", "`--fast` is not an option"),
            ("chapter-1", "one argument too many"),
        ] {
            let fault = told(line).expect_err(line);
            assert_eq!(fault.exit(), Exit::Usage);
            assert!(fault.to_string().contains(part), "{fault}");
        }
    }
}
