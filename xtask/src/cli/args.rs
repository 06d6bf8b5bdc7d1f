//! Parses the command line by hand, because a parser crate would take longer to build
//! than the rest of the runner.

use course::near::nearest;

use crate::cli::error::{Error, Result};

/// The arguments after the command's name, sorted into flags, options, and names.
#[derive(Debug, Default)]
pub struct Args {
    flags: Vec<String>,
    options: Vec<(String, String)>,
    names: Vec<String>,
}

impl Args {
    /// Sorts `words`. A command lists the flags (`--watch`) and the options with a
    /// value (`--only NAME` or `--only=NAME`) that it accepts.
    pub fn parse(words: &[String], flags: &[&str], options: &[&str]) -> Result<Self> {
        let mut args = Self::default();
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if !word.starts_with('-') || word == "-" {
                args.names.push(word.clone());
                continue;
            }
            if !word.starts_with("--") {
                return Err(short(word, flags.iter().chain(options).copied()));
            }
            let (key, value) = match word.split_once('=') {
                Some((key, value)) => (key, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            if flags.contains(&key) && value.is_none() {
                args.flags.push(key.to_owned());
            } else if options.contains(&key) {
                // A word that begins with `--` is the next option, not a value.
                let mut next = || rest.next().filter(|word| !word.starts_with("--"));
                let value = value.or_else(|| next().cloned()).ok_or_else(|| {
                    Error::usage(format!("{key} needs a value, as in `{key} VALUE`"))
                })?;
                args.options.push((key.to_owned(), value));
            } else {
                return Err(unknown(key, flags.iter().chain(options).copied()));
            }
        }
        Ok(args)
    }

    /// Returns whether this flag was given.
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|known| known == flag)
    }

    /// Returns the value of an option. If it was given several times, the last one
    /// counts.
    pub fn value(&self, option: &str) -> Option<&str> {
        let given = self.options.iter().rev().find(|(key, _)| key == option)?;
        Some(&given.1)
    }

    /// Returns the arguments that are neither flags nor options.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Refuses more than `most` names. If extra names were ignored, it would look as if
    /// they had an effect.
    pub fn at_most(&self, most: usize) -> Result<()> {
        match self.names.get(most) {
            None => Ok(()),
            Some(extra) => {
                Err(Error::usage(format!("`{extra}` is one argument too many"))
                    .next("the same command with --help shows its arguments"))
            }
        }
    }

    /// Returns the one chapter or name that a command needs.
    pub fn one_name(&self, what: &str, example: &str) -> Result<&str> {
        match self.names.as_slice() {
            [name] => Ok(name),
            [] => Err(Error::usage(format!("which {what}?")).next(example)),
            [_, extra, ..] => Err(Error::usage(format!(
                "one {what} at a time; `{extra}` is too many"
            ))
            .next(example)),
        }
    }
}

fn unknown<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let fault = Error::usage(format!("`{word}` is not an option of this command"));
    match nearest(word, known) {
        Some(near) => fault.next(format!("did you mean `{near}`?")),
        None => fault.next("the same command with --help lists its options"),
    }
}

/// Returns the error for a word with a single dash. There are no such options, but its
/// letter suggests which one was meant.
fn short<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let fault = Error::usage(format!("`{word}` is not an option of this command"));
    let mut meant = known.filter(|option| option[1..].starts_with(word));
    match (meant.next(), meant.next()) {
        (Some(option), None) => fault.next(format!("did you mean `{option}`?")),
        _ => fault.next("the same command with --help lists its options"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn flags_options_and_names_are_told_apart() {
        let line = words("chapter-4 --watch --only framing");
        let args = Args::parse(&line, &["--watch"], &["--only"]).unwrap();
        assert!(args.has("--watch"));
        assert_eq!(args.value("--only"), Some("framing"));
        assert_eq!(args.names(), ["chapter-4"]);
    }

    #[test]
    fn a_misspelt_option_is_met_with_the_right_one() {
        let fault = Args::parse(&words("--wach"), &["--watch"], &[]).unwrap_err();
        assert_eq!(fault.exit(), crate::cli::error::Exit::Usage);
        assert!(fault.to_string().contains("did you mean `--watch`?"));
    }

    #[test]
    fn a_word_with_one_dash_is_no_name() {
        let fault = Args::parse(&words("-w"), &["--watch"], &["--only"]).unwrap_err();
        assert!(
            fault.to_string().contains("did you mean `--watch`?"),
            "{fault}"
        );
    }

    #[test]
    fn a_word_that_nobody_reads_is_refused() {
        let args = Args::parse(&words("chapter-1 banana"), &[], &[]).unwrap();
        assert!(args.at_most(2).is_ok());
        let fault = args.at_most(1).unwrap_err().to_string();
        assert!(
            fault.contains("`banana` is one argument too many"),
            "{fault}"
        );
    }

    #[test]
    fn an_option_without_its_value_is_refused() {
        for line in ["--only", "--only --watch"] {
            assert!(Args::parse(&words(line), &["--watch"], &["--only"]).is_err());
        }
    }
}
