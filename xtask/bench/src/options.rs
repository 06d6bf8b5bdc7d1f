//! The command line of the benchmark.

use std::path::PathBuf;

use crate::error::Error;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
cargo xtask bench [options]

Measures the finished server with both bodies beside nginx, Node.js's pipeline
and tower-http's ServeFile, where they are installed: optimized builds,
loopback, interleaved rounds. Prints ratios with their spread, and writes JSON
and SVG. Nothing else should run meanwhile.

  --rounds 5      how often each is measured
  --quick         2 rounds of a smaller file and fewer clients: does it run?
  --only A,B      these servers: queued, direct, lean, nginx, node,
                  servefile
  --out DIR       where the files go; without it, target/bench
  --name NAME     what the files are called; without it, bench";

/// What to measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    /// How often.
    pub(crate) rounds: usize,
    /// A short run.
    pub(crate) quick: bool,
    /// Servers by name; empty means all.
    pub(crate) only: Vec<String>,
    /// Where the files go.
    pub(crate) out: Option<PathBuf>,
    /// The files' name, without the extension.
    pub(crate) name: String,
}

/// What somebody asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// A run.
    Bench(Options),
    Help,
}

impl Options {
    /// Reads the words after `bench`.
    pub(crate) fn parse(words: &[String]) -> Result<Request, Error> {
        let mut options = Options {
            rounds: 5,
            quick: false,
            only: Vec::new(),
            out: None,
            name: "bench".to_owned(),
        };
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            let (key, inline) = match word.split_once('=') {
                Some((key, value)) => (key, Some(value)),
                None => (word.as_str(), None),
            };
            let mut value = || {
                let value = inline.or_else(|| rest.next().map(String::as_str));
                value.ok_or_else(|| Error::Usage(format!("{key} needs a value")))
            };
            match key {
                "--help" | "-h" => return Ok(Request::Help),
                "--quick" => options.quick = true,
                "--rounds" => options.rounds = rounds(value()?)?,
                "--only" => {
                    options.only = value()?.split(',').map(str::to_owned).collect();
                }
                "--out" => options.out = Some(PathBuf::from(value()?)),
                "--name" => options.name = name(value()?)?,
                other => {
                    return Err(Error::Usage(format!(
                        "`{other}` isn't an option of bench"
                    )));
                }
            }
        }
        if options.quick {
            options.rounds = options.rounds.min(2);
        }
        Ok(Request::Bench(options))
    }

    /// The command that repeats this run.
    pub(crate) fn command(&self) -> String {
        let mut command = "cargo xtask bench".to_owned();
        if self.quick {
            command += " --quick";
        } else if self.rounds != 5 {
            command += &format!(" --rounds {}", self.rounds);
        }
        if !self.only.is_empty() {
            command += &format!(" --only {}", self.only.join(","));
        }
        command
    }

    /// Bytes of the large file.
    pub(crate) fn size(&self) -> u64 {
        if self.quick { 64 << 20 } else { 1 << 30 }
    }

    /// Slow clients at once, few and many.
    pub(crate) fn crowds(&self) -> [usize; 2] {
        if self.quick { [20, 50] } else { [200, 1000] }
    }

    /// Sizes of one file, for the peaks, beside [`Options::size`].
    pub(crate) fn sizes(&self) -> Vec<u64> {
        if self.quick {
            vec![16 << 20]
        } else {
            vec![64 << 20, 16 << 30]
        }
    }

    /// Requests for a small file, in one round.
    pub(crate) fn requests(&self) -> usize {
        if self.quick { 500 } else { 10_000 }
    }
}

fn rounds(text: &str) -> Result<usize, Error> {
    let rounds = text.parse().ok().filter(|rounds| (1..=50).contains(rounds));
    rounds.ok_or_else(|| Error::Usage(format!("`{text}` isn't a number from 1 to 50")))
}

/// A file name and nothing that leads elsewhere.
fn name(text: &str) -> Result<String, Error> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !text.is_empty() && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    let what = format!("`{text}` isn't a name; use letters, digits and hyphens");
    Err(Error::Usage(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Request, Error> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words)
    }

    #[test]
    fn a_run_is_repeated_by_its_own_command() {
        for line in ["", " --quick", " --rounds 9 --only queued,nginx"] {
            let Ok(Request::Bench(options)) = parse(line) else {
                panic!("{line} is right");
            };
            assert_eq!(options.command(), format!("cargo xtask bench{line}"));
        }
    }

    #[test]
    fn the_help_fits_every_terminal() {
        assert!(HELP.is_ascii());
        assert!(HELP.lines().all(|line| line.len() <= 80), "{HELP}");
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_value() {
        for (line, value) in [
            ("--rounds 0", "`0`"),
            ("--rounds many", "`many`"),
            ("--name ../x", "`../x`"),
            ("--fast", "`--fast`"),
            ("--out", "--out needs a value"),
        ] {
            let fault = parse(line).expect_err(line);
            assert_eq!(fault.exit(), 2);
            assert!(fault.to_string().contains(value), "{fault}");
        }
    }
}
