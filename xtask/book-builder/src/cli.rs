//! Parses the command line.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// The port on which the book is served by default.
///
/// No program of the book listens on this port: the chapters' servers use 3000, and
/// macOS itself uses 5000 and 7000.
pub const DEFAULT_PORT: u16 = 3210;

/// The text that `--help` and an invalid command line print.
pub const USAGE: &str = "\
Builds, checks and serves the workbook. Usually started by `cargo xtask book`.

  book-builder serve [--open] [--port N] [--root DIR]   serve on 127.0.0.1
  book-builder build DIR [--root DIR]                   write static files to DIR
  book-builder links DIR                                check a built book's links
  book-builder preprocess                               mdBook's preprocessor protocol
  book-builder preprocess supports RENDERER

Example: book-builder serve --open --port 0";

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve the book on loopback until interrupted.
    Serve {
        /// Whether to open the reader's browser, too.
        open: bool,
        /// The port. With 0, the operating system chooses one.
        port: u16,
        /// The workspace. If it isn't given, it's searched for upward from the current
        /// folder.
        root: Option<PathBuf>,
    },
    /// Write static files.
    Build {
        /// The folder to write to.
        folder: PathBuf,
        /// The workspace. If it isn't given, it's searched for upward from the current
        /// folder.
        root: Option<PathBuf>,
    },
    /// Check the links of a built book.
    Links {
        /// The built book.
        folder: PathBuf,
    },
    /// Act as mdBook's preprocessor, which reads a book and writes a book.
    Preprocess,
    /// Tell mdBook whether a renderer is supported.
    Supports {
        /// The renderer's name.
        renderer: String,
    },
    /// Print the usage.
    Help,
}

/// An invalid command line, with what's wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongUsage(pub String);

impl fmt::Display for WrongUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n\n{USAGE}", self.0)
    }
}

impl std::error::Error for WrongUsage {}

/// Reads the arguments after the program's name.
///
/// # Errors
///
/// [`WrongUsage`] names the first invalid argument.
pub fn parse(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Command, WrongUsage> {
    let mut arguments = arguments.into_iter();
    let Some(name) = arguments.next() else {
        return Err(WrongUsage("say what to do".to_string()));
    };
    let mut rest = Rest::read(arguments)?;
    let command = match name.to_str() {
        Some("serve") => Command::Serve {
            open: std::mem::take(&mut rest.open),
            port: rest.port.take().unwrap_or(DEFAULT_PORT),
            root: rest.root.take(),
        },
        Some("build") => Command::Build {
            folder: rest.word("the folder to build into")?.into(),
            root: rest.root.take(),
        },
        Some("links") => Command::Links {
            folder: rest.word("the folder of the built book")?.into(),
        },
        Some("preprocess") if rest.words.is_empty() => Command::Preprocess,
        Some("preprocess") => supports(&mut rest)?,
        Some("help" | "--help" | "-h") => Command::Help,
        _ => {
            let name = name.to_string_lossy();
            return Err(WrongUsage(format!("`{name}` isn't a command")));
        }
    };
    if rest.help {
        Ok(Command::Help)
    } else {
        rest.nothing_left().map(|()| command)
    }
}

fn supports(rest: &mut Rest) -> Result<Command, WrongUsage> {
    let word = rest.word("`supports`")?;
    if word != "supports" {
        let word = word.to_string_lossy();
        return Err(WrongUsage(format!(
            "`preprocess {word}` isn't a valid command"
        )));
    }
    let renderer = rest.word("the renderer's name")?;
    Ok(Command::Supports {
        renderer: renderer.to_string_lossy().into_owned(),
    })
}

/// The arguments after the command, sorted.
#[derive(Default)]
struct Rest {
    open: bool,
    help: bool,
    port: Option<u16>,
    root: Option<PathBuf>,
    words: Vec<OsString>,
}

impl Rest {
    fn read(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, WrongUsage> {
        let mut rest = Rest::default();
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--open") => rest.open = true,
                Some("--help" | "-h") => rest.help = true,
                Some("--port") => {
                    let value = arguments.next().unwrap_or_default();
                    let number = value.to_str().and_then(|text| text.parse().ok());
                    rest.port = Some(number.ok_or_else(|| {
                        let value = value.to_string_lossy();
                        WrongUsage(format!(
                            "`--port {value}` isn't a port (0 to 65535)"
                        ))
                    })?);
                }
                Some("--root") => {
                    let value = arguments.next();
                    let missing = || WrongUsage("`--root` needs a folder".to_string());
                    rest.root = Some(value.ok_or_else(missing)?.into());
                }
                Some(option) if option.starts_with("--") => {
                    return Err(WrongUsage(format!("`{option}` isn't an option")));
                }
                _ => rest.words.push(argument),
            }
        }
        Ok(rest)
    }

    fn word(&mut self, what: &str) -> Result<OsString, WrongUsage> {
        match self.words.is_empty() {
            // `--help` works without a folder.
            true if self.help => Ok(OsString::new()),
            true => Err(WrongUsage(format!("{what} is missing"))),
            false => Ok(self.words.remove(0)),
        }
    }

    fn nothing_left(&self) -> Result<(), WrongUsage> {
        let option = match self {
            _ if self.open => Some("--open".into()),
            _ if self.port.is_some() => Some("--port".into()),
            _ if self.root.is_some() => Some("--root".into()),
            _ => self.words.first().map(|word| word.to_string_lossy()),
        };
        match option {
            None => Ok(()),
            Some(option) => Err(WrongUsage(format!(
                "`{option}` can't be used with this command"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, WrongUsage> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn serve_takes_its_options_in_any_order() {
        let expected = Command::Serve {
            open: true,
            port: 0,
            root: Some("there".into()),
        };
        assert_eq!(parsed("serve --port 0 --root there --open"), Ok(expected));
    }

    #[test]
    fn mdbooks_two_calls_are_known() {
        let renderer = "html".to_string();
        assert_eq!(
            parsed("preprocess supports html"),
            Ok(Command::Supports { renderer })
        );
        assert_eq!(parsed("preprocess"), Ok(Command::Preprocess));
    }

    #[test]
    fn help_wins_over_what_is_missing() {
        assert_eq!(parsed("build --help"), Ok(Command::Help));
    }

    #[test]
    fn a_wrong_call_names_what_is_wrong() {
        let wrong = [
            ("", "say what"),
            ("bake", "`bake`"),
            ("build", "folder"),
            ("build a b", "`b`"),
            ("links a --open", "`--open`"),
            ("serve --port 99999", "99999"),
            ("serve --root", "--root"),
            ("serve --fast", "`--fast`"),
            ("preprocess html", "html"),
        ];
        for (line, part) in wrong {
            let message = parsed(line).unwrap_err().0;
            assert!(message.contains(part), "{line}: {message}");
        }
    }
}
