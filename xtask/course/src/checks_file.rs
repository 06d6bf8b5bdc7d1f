//! A chapter's `checks.toml`: the titles, reasons, hints and limits of its checks.
//! They're in a file and not in code, so that the runner and the book show the same
//! texts.

use std::fs;
use std::path::Path;
use std::time::Duration;

use toml_span::Value;
use toml_span::value::{Table as Keys, ValueInner};

use crate::error::{Error, Result};
use crate::size::parse_size;

/// The file's name, in the chapter's exercise folder.
pub const FILE: &str = "checks.toml";

/// How many hints each check has.
pub const HINTS: usize = 3;

const DEADLINE: Duration = Duration::from_secs(20);
const MEMORY: u64 = 256 << 20;

/// All checks of a chapter, in the order in which they run.
#[derive(Debug, Clone)]
pub struct ChecksFile {
    /// The chapter's title, as in the book.
    pub title: String,
    /// What the learner can do after the chapter, in a sentence.
    pub summary: String,
    /// The checks.
    pub checks: Vec<Check>,
}

/// One check, which is a `#[test]` in the chapter's test program `check`.
#[derive(Debug, Clone)]
pub struct Check {
    /// The test function's name.
    pub name: String,
    /// The line of the file on which the check begins, counted from 1.
    pub line: usize,
    /// What must be true, in a sentence.
    pub title: String,
    /// Why that matters.
    pub why: String,
    /// Where the book explains it: `page.md#anchor`. If the file has only an anchor,
    /// the page is the chapter's first one.
    pub book: String,
    /// The same as the file has it: `page.md#anchor`, or the anchor of one of the
    /// chapter's pages.
    pub heading: String,
    /// The learner's file that the check is about, relative to the chapter's folder.
    pub file: Option<String>,
    /// For a server: a command that repeats the check by hand.
    pub curl: Option<String>,
    /// The arguments of `cargo xtask plot`, after the chapter, for a picture of what
    /// the check measures: a load such as `--stall 4s`.
    pub plot: Option<String>,
    /// Three hints, each of which says more than the previous one.
    pub hints: Vec<String>,
    /// Explanations for some of its steps.
    pub steps: Vec<Step>,
    /// How long the check may take.
    pub deadline: Duration,
    /// How much memory the processes of the check may use, in bytes.
    pub memory: u64,
}

/// A step of a check with its own explanation, `[[check.step]]`.
#[derive(Debug, Clone)]
pub struct Step {
    /// A part of the name of the step, or of what the failed expectation compared.
    pub at: String,
    /// Why it matters.
    pub why: String,
    /// Three hints. None if those of the check apply.
    pub hints: Option<Vec<String>>,
    /// The learner's file that the step is about, if it isn't that of the check.
    pub file: Option<String>,
}

impl Check {
    /// Returns the step that failed, if it has its own explanation. It's found by the
    /// verdict's message, which says what the failed expectation compared, or by the
    /// name of the last step. The message comes first, because a step may compare
    /// several things.
    pub fn failed_step(&self, message: &str, last_step: Option<&str>) -> Option<&Step> {
        let in_message = |step: &&Step| message.contains(&step.at);
        let in_step = |step: &&Step| last_step.is_some_and(|it| it.contains(&step.at));
        let found = self.steps.iter().find(in_message);
        found.or_else(|| self.steps.iter().find(in_step))
    }

    /// Returns the hints for a failure at the step with this `at`, or for a failure
    /// anywhere else.
    pub fn hints_at(&self, at: Option<&str>) -> &[String] {
        let step = self.steps.iter().find(|step| Some(step.at.as_str()) == at);
        let own = step.and_then(|step| step.hints.as_ref());
        own.unwrap_or(&self.hints)
    }
}

impl ChecksFile {
    /// Reads the file of the exercise in `folder`.
    ///
    /// # Errors
    ///
    /// Returns an error if the file can't be read, or for the first mistake in it.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let text =
            fs::read_to_string(&path).map_err(|error| Error::read(&path, error))?;
        Self::parse(&path, &text)
    }

    /// Parses `text`. The `path` of the file is used only in error messages.
    ///
    /// # Errors
    ///
    /// Returns the first mistake in it.
    pub fn parse(path: &Path, text: &str) -> Result<Self> {
        Parser { path, text }.file()
    }

    /// Returns the check called `name`, or the only check whose name begins with it.
    pub fn check(&self, name: &str) -> Option<&Check> {
        if let Some(check) = self.checks.iter().find(|check| check.name == name) {
            return Some(check);
        }
        let mut begin = self
            .checks
            .iter()
            .filter(|check| check.name.starts_with(name));
        match (begin.next(), begin.next()) {
            (Some(check), None) => Some(check),
            _ => None,
        }
    }
}

/// Returns whether there are three hints, none of which is empty.
fn is_three(hints: &[String]) -> bool {
    hints.len() == HINTS && hints.iter().all(|hint| !hint.is_empty())
}

struct Parser<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Parser<'_> {
    fn file(&self) -> Result<ChecksFile> {
        let mut value = toml_span::parse(self.text)
            .map_err(|error| self.error(error.span.start, &error.to_string()))?;
        let at = value.span.start;
        let mut keys = self.keys(&mut value)?;
        let deadline = self.deadline(&mut keys, DEADLINE)?;
        let checks = self.checks(&mut keys, at, deadline)?;
        let page = self.string(&mut keys, "page", at)?;
        let mut file = ChecksFile {
            title: self.string(&mut keys, "title", at)?,
            summary: self.string(&mut keys, "summary", at)?,
            checks,
        };
        for check in &mut file.checks {
            check.book = if check.heading.contains('#') {
                check.heading.clone()
            } else {
                format!("{page}#{}", check.heading)
            };
        }
        self.nothing_left(&keys)?;
        Ok(file)
    }

    fn checks(
        &self,
        keys: &mut Keys<'_>,
        at: usize,
        deadline: Duration,
    ) -> Result<Vec<Check>> {
        let Some(mut list) = keys.remove("check") else {
            return Err(self.error(at, "there is no [[check]]"));
        };
        match list.take() {
            ValueInner::Array(items) => items
                .into_iter()
                .map(|mut item| self.check(&mut item, deadline))
                .collect(),
            _ => Err(self.error(list.span.start, "`check` is a list: [[check]]")),
        }
    }

    fn check(&self, value: &mut Value<'_>, deadline: Duration) -> Result<Check> {
        let at = value.span.start;
        let mut keys = self.keys(value)?;
        let check = Check {
            name: self.string(&mut keys, "name", at)?,
            line: self.line(at),
            title: self.string(&mut keys, "title", at)?,
            why: self.string(&mut keys, "why", at)?,
            heading: self.string(&mut keys, "book", at)?,
            book: String::new(),
            file: self.optional(&mut keys, "file")?,
            curl: self.optional(&mut keys, "curl")?,
            plot: self.optional(&mut keys, "plot")?,
            hints: self.hints(&mut keys)?.ok_or_else(|| {
                self.error(at, "`hints` is missing; there must be three, each saying more than the last")
            })?,
            steps: self.steps(&mut keys)?,
            deadline: self.deadline(&mut keys, deadline)?,
            memory: self.memory(&mut keys)?,
        };
        self.nothing_left(&keys)?;
        Ok(check)
    }

    fn steps(&self, keys: &mut Keys<'_>) -> Result<Vec<Step>> {
        let Some(mut list) = keys.remove("step") else {
            return Ok(Vec::new());
        };
        let span = list.span.start;
        let ValueInner::Array(items) = list.take() else {
            return Err(self.error(span, "`step` is a list: [[check.step]]"));
        };
        let step = |mut item: Value<'_>| {
            let at = item.span.start;
            let mut keys = self.keys(&mut item)?;
            let step = Step {
                at: self.string(&mut keys, "at", at)?,
                why: self.string(&mut keys, "why", at)?,
                hints: self.hints(&mut keys)?,
                file: self.optional(&mut keys, "file")?,
            };
            self.nothing_left(&keys)?;
            Ok(step)
        };
        items.into_iter().map(step).collect()
    }

    fn hints(&self, keys: &mut Keys<'_>) -> Result<Option<Vec<String>>> {
        let Some(mut value) = keys.remove("hints") else {
            return Ok(None);
        };
        let span = value.span.start;
        let ValueInner::Array(items) = value.take() else {
            return Err(self.error(span, "`hints` is a list of three strings"));
        };
        let hints: Option<Vec<String>> = items
            .iter()
            .map(|item| item.as_str().map(|hint| hint.trim().to_owned()))
            .collect();
        match hints {
            Some(hints) if is_three(&hints) => Ok(Some(hints)),
            _ => Err(self.error(span, "`hints` is a list of three strings")),
        }
    }

    fn deadline(&self, keys: &mut Keys<'_>, ordinary: Duration) -> Result<Duration> {
        let Some(value) = keys.remove("seconds") else {
            return Ok(ordinary);
        };
        match value.as_integer() {
            Some(seconds @ 1..=600) => Ok(Duration::from_secs(seconds.unsigned_abs())),
            _ => {
                Err(self.error(value.span.start, "`seconds` is a number from 1 to 600"))
            }
        }
    }

    fn memory(&self, keys: &mut Keys<'_>) -> Result<u64> {
        let Some(value) = keys.remove("memory") else {
            return Ok(MEMORY);
        };
        let size = value.as_str().and_then(|text| parse_size(text).ok());
        size.ok_or_else(|| {
            self.error(value.span.start, "`memory` is a size, as in \"256 MiB\"")
        })
    }

    fn string(&self, keys: &mut Keys<'_>, key: &str, at: usize) -> Result<String> {
        self.optional(keys, key)?
            .ok_or_else(|| self.error(at, &format!("`{key}` is missing")))
    }

    fn optional(&self, keys: &mut Keys<'_>, key: &str) -> Result<Option<String>> {
        let Some(value) = keys.remove(key) else {
            return Ok(None);
        };
        match value.as_str() {
            Some(text) => Ok(Some(text.trim().to_owned())),
            None => Err(self.error(value.span.start, &format!("`{key}` is a string"))),
        }
    }

    fn keys<'v>(&self, value: &mut Value<'v>) -> Result<Keys<'v>> {
        let at = value.span.start;
        match value.take() {
            ValueInner::Table(keys) => Ok(keys),
            _ => Err(self.error(at, "this must be a table")),
        }
    }

    fn nothing_left(&self, keys: &Keys<'_>) -> Result<()> {
        match keys.keys().next() {
            Some(key) => Err(self
                .error(key.span.start, &format!("`{}` isn't a known key", key.name))),
            None => Ok(()),
        }
    }

    fn line(&self, at: usize) -> usize {
        1 + self.text[..at.min(self.text.len())].matches('\n').count()
    }

    fn error(&self, at: usize, what: &str) -> Error {
        Error::Broken {
            path: self.path.to_owned(),
            line: Some(self.line(at)),
            what: what.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "title = \"T\"\nsummary = \"S\"\npage = \"p.md\"\n";
    const CHECK: &str = "[[check]]\nname = \"n\"\ntitle = \"t\"\nwhy = \"w\"\n\
                         book = \"b\"\nhints = [\"1\", \"2\", \"3\"]\n";

    fn read(text: &str) -> Result<ChecksFile> {
        ChecksFile::parse(Path::new(FILE), text)
    }

    #[test]
    fn a_check_gets_the_ordinary_limits_unless_it_names_its_own() {
        let table = read(&format!("{HEAD}{CHECK}")).unwrap();
        assert_eq!(table.checks[0].memory, MEMORY);
        assert_eq!(table.checks[0].deadline, DEADLINE);
        let table =
            read(&format!("{HEAD}{CHECK}seconds = 5\nmemory = \"1 GiB\"\n")).unwrap();
        assert_eq!(table.checks[0].memory, 1 << 30);
        assert_eq!(table.checks[0].deadline, Duration::from_secs(5));
    }

    #[test]
    fn a_check_is_found_by_the_beginning_of_its_name() {
        let other = CHECK.replace("name = \"n\"", "name = \"name\"");
        let file = read(&format!("{HEAD}{CHECK}{other}")).unwrap();
        let found = |name| file.check(name).map(|check| check.line);
        assert_eq!(found("n"), Some(4));
        assert_eq!(found("na"), Some(10));
        assert_eq!((found(""), found("no")), (None, None));
    }

    #[test]
    fn a_failed_step_has_a_why_and_hints_of_its_own() {
        let step = "[[check.step]]\nat = \"a mask of 33\"\nwhy = \"bits\"\n";
        let own = "hints = [\"4\", \"5\", \"6\"]\n";
        let table = read(&format!("{HEAD}{CHECK}{step}{own}")).unwrap();
        let check = &table.checks[0];
        let why = |message, step| {
            check
                .failed_step(message, step)
                .map(|step| step.why.as_str())
        };
        assert_eq!(why("", None), None);
        assert_eq!(why("", Some("parse a mask of 33")), Some("bits"));
        assert_eq!(why("a mask of 33 is refused", None), Some("bits"));
        let at = Some("a mask of 33");
        assert_eq!(check.hints_at(at), ["4", "5", "6"]);
        assert_eq!(check.hints_at(None), ["1", "2", "3"]);
        let table = read(&format!("{HEAD}{CHECK}{step}")).unwrap();
        assert_eq!(table.checks[0].hints_at(at), ["1", "2", "3"]);
    }

    #[test]
    fn a_mistake_in_the_table_is_told_with_its_line() {
        let cases = [
            (
                format!("{HEAD}{CHECK}wyh = \"x\"\n"),
                "checks.toml:10: `wyh` isn't a known key",
            ),
            (
                format!("{HEAD}{CHECK}memory = \"lots\"\n"),
                "checks.toml:10: `memory`",
            ),
            (
                format!("{HEAD}{CHECK}[[check.step]]\nat = \"x\"\n"),
                "checks.toml:10: `why` is missing",
            ),
            (CHECK.to_owned(), "`page` is missing"),
            (HEAD.to_owned(), "there is no [[check]]"),
            (
                format!("{HEAD}{}", CHECK.replace(", \"3\"", "")),
                "checks.toml:9: `hints`",
            ),
        ];
        for (text, expected) in cases {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
