//! What a learner predicts before measuring: whole numbers in `prediction.toml`.

use std::fmt;

/// The file in a chapter's folder. It's the only one outside of `src` that belongs to
/// the learner.
pub const FILE: &str = "prediction.toml";

/// Why there's no prediction, with the number of the line, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub enum Missing {
    /// A number hasn't been written yet.
    Unfilled {
        /// The line where it belongs.
        line: usize,
        /// Its name.
        name: &'static str,
    },
    /// The text there isn't a number.
    Nonsense {
        /// Its line.
        line: usize,
        /// What's wrong, with the text.
        what: String,
    },
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::Unfilled { line, name } => {
                write!(f, "{FILE}, line {line}: no number for `{name}` yet")
            }
            Missing::Nonsense { line, what } => {
                write!(f, "{FILE}, line {line}: {what}")
            }
        }
    }
}

/// Returns the numbers called `names` in `text`, which may contain only lines such as
/// `one_client = 40` and comments. The caller knows the unit.
pub fn parse<const N: usize>(
    text: &str,
    names: [&'static str; N],
) -> Result<[u64; N], Missing> {
    let mut numbers = [None; N];
    let mut lines = [text.lines().count().max(1); N];
    for (line, content) in (1..).zip(text.lines()) {
        let nonsense = |what| Missing::Nonsense { line, what };
        if let Some(at) = names.iter().position(|name| waits(content, name)) {
            lines[at] = line;
        }
        let content = content
            .split_once('#')
            .map_or(content, |(before, _)| before);
        if content.trim().is_empty() {
            continue;
        }
        let (name, value) = content
            .split_once('=')
            .ok_or_else(|| nonsense(format!("`{}` has no `=`", content.trim())))?;
        let (name, value) = (name.trim(), value.trim());
        let Some(at) = names.iter().position(|known| *known == name) else {
            return Err(nonsense(format!("`{name}` isn't one of the numbers")));
        };
        if numbers[at].is_some() {
            return Err(nonsense(format!("`{name}` occurs twice")));
        }
        if !value.is_empty() {
            // TOML allows underscores between digits.
            let number = value.replace('_', "").parse().map_err(|_| {
                let why = "isn't a plausible number of MiB";
                nonsense(format!("`{value}` {why}"))
            })?;
            numbers[at] = Some(number);
        }
    }
    let mut found = [0; N];
    for (at, number) in numbers.into_iter().enumerate() {
        let (line, name) = (lines[at], names[at]);
        found[at] = number.ok_or(Missing::Unfilled { line, name })?;
    }
    Ok(found)
}

/// Returns whether this is the line of `name`. A line without a number is still a
/// comment.
fn waits(line: &str, name: &str) -> bool {
    let line = line.trim_start_matches(['#', ' ']);
    let rest = line.strip_prefix(name);
    rest.is_some_and(|rest| rest.trim_start().starts_with('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["one_client", "eight_clients"];

    #[test]
    fn a_prediction_is_two_numbers_between_comments() {
        let text = "# why\none_client = 40 # MiB\r\n\neight_clients=0\n";
        assert_eq!(parse(text, NAMES), Ok([40, 0]));
        assert_eq!(
            parse("one_client = 1_000\neight_clients = 2\n", NAMES),
            Ok([1000, 2])
        );
    }

    #[test]
    fn a_number_that_is_still_to_be_written_is_told_with_its_line() {
        let unfilled = |line, at: usize| {
            let name = NAMES[at];
            Err(Missing::Unfilled { line, name })
        };
        let text = "# why\n# one_client =\n# eight_clients =\n";
        assert_eq!(parse(text, NAMES), unfilled(2, 0));
        let text = "one_client = 40\neight_clients =\n";
        assert_eq!(parse(text, NAMES), unfilled(2, 1));
        assert_eq!(parse("", NAMES), unfilled(1, 0));
    }

    #[test]
    fn nonsense_in_a_prediction_is_told_with_its_line() {
        for text in [
            "\none_client = lots\n",
            "\none_client = 40 MiB\n",
            "\none_client = -1\n",
            "\none_client\n",
            "\nclients = 3\n",
            "one_client = 1\none_client = 2\n",
        ] {
            match parse(text, NAMES) {
                Err(Missing::Nonsense { line, .. }) => assert_eq!(line, 2),
                other => panic!("{text:?}: {other:?}"),
            }
        }
    }
}
