//! The command line, taken apart by hand: a parser crate costs more to build
//! than the rest of the runner.

use course::near::nearest;

use crate::cli::error::{Error, Result};

/// The words after the command's name, sorted into flags, options and names.
#[derive(Debug, Default)]
pub struct Args {
    flags: Vec<String>,
    options: Vec<(String, String)>,
    names: Vec<String>,
}

impl Args {
    /// Sorts `words`; a command names the flags (`--watch`) and the options
    /// with a value (`--only NAME` or `--only=NAME`) that it knows.
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
                // The next option is nobody's value.
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

    /// Was this flag given?
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|known| known == flag)
    }

    /// The value of an option; the last one wins.
    pub fn value(&self, option: &str) -> Option<&str> {
        let given = self.options.iter().rev().find(|(key, _)| key == option)?;
        Some(&given.1)
    }

    /// The words that are neither flags nor options.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Refuses more than `most` names: a word that nobody reads would seem obeyed.
    pub fn at_most(&self, most: usize) -> Result<()> {
        match self.names.get(most) {
            None => Ok(()),
            Some(extra) => Err(Error::usage(format!("`{extra}` is one word too many"))
                .next("the same command with --help says what it takes")),
        }
    }

    /// The one chapter or name that a command wants.
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

/// A word with one dash: there are none, and the letter tells which one is meant.
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
        assert!(fault.contains("`banana` is one word too many"), "{fault}");
    }

    #[test]
    fn an_option_without_its_value_is_refused() {
        for line in ["--only", "--only --watch"] {
            assert!(Args::parse(&words(line), &["--watch"], &["--only"]).is_err());
        }
    }
}
