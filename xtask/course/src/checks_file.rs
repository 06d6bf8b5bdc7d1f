//! A chapter's table of checks, `checks.toml`: titles, reasons and hints live
//! there, not in code.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml_span::Value;
use toml_span::value::{Table as Keys, ValueInner};

use words::near::nearest;
use words::size::bytes;

use crate::exit::{Fault, Result};
use crate::given;
use crate::verdict::Verdict;

/// The file's name, in the chapter's exercise folder.
pub const FILE: &str = "checks.toml";

const DEADLINE: Duration = Duration::from_secs(20);
const MEMORY: u64 = 256 << 20;

/// All checks of a chapter, in the order in which they run.
#[derive(Debug, Clone)]
pub struct Table {
    /// The chapter's title, as the book has it.
    pub title: String,
    /// What the learner can do after it, in a sentence.
    pub summary: String,
    /// The checks.
    pub checks: Vec<Check>,
}

/// One check: a `#[test]` of the chapter's `tests/check.rs`.
#[derive(Debug, Clone)]
pub struct Check {
    /// The test function's name.
    pub name: String,
    /// What must be true, in a sentence.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// Where the book explains it, `page.md#anchor`.
    pub book: String,
    /// The learner's file that it is about, from the chapter's folder.
    pub file: Option<String>,
    /// A command that repeats the check by hand, for a server.
    pub curl: Option<String>,
    /// What `cargo xtask plot` needs, after the chapter, to show in a picture what
    /// the check measures: a load such as `--stall 4s`.
    pub plot: Option<String>,
    /// Three hints, each telling more than the one before.
    pub hints: Vec<String>,
    /// What is different at one of its steps.
    pub steps: Vec<Step>,
    /// How long the check may take.
    pub deadline: Duration,
    /// How much memory its processes may hold, in bytes.
    pub memory: u64,
}

/// A step of a check whose failure has a reason of its own: `[[check.step]]`.
#[derive(Debug, Clone)]
pub struct Step {
    /// A part of what the failed expectation looked at, or of the step's name.
    pub at: String,
    /// Why it matters.
    pub why: String,
    /// Three hints; none where those of the check fit.
    pub hints: Option<Vec<String>>,
    /// The learner's file that it is about, where it is not that of the check.
    pub file: Option<String>,
}

impl Check {
    /// The step that failed, if it has a reason of its own. What the failed expectation
    /// looked at is asked first: a step may look at several things.
    pub fn failed_step(&self, verdict: &Verdict) -> Option<&Step> {
        let in_message = |step: &&Step| verdict.message.contains(&step.at);
        let in_step = |step: &&Step| {
            let last = verdict.steps.last();
            last.is_some_and(|name| name.contains(&step.at))
        };
        let found = self.steps.iter().find(in_message);
        found.or_else(|| self.steps.iter().find(in_step))
    }

    /// Why the failure that `verdict` tells of matters.
    pub fn why(&self, verdict: &Verdict) -> &str {
        let step = self.failed_step(verdict);
        step.map_or(&self.why, |step| &step.why)
    }

    /// The file that the failure is about.
    pub fn file(&self, verdict: &Verdict) -> Option<&String> {
        let step = self.failed_step(verdict);
        let own = step.and_then(|step| step.file.as_ref());
        own.or(self.file.as_ref())
    }

    /// The hints for a failure at the step that has `at`, or for any other one.
    pub fn hints_at(&self, at: Option<&str>) -> &[String] {
        let step = self.steps.iter().find(|step| Some(step.at.as_str()) == at);
        let own = step.and_then(|step| step.hints.as_ref());
        own.unwrap_or(&self.hints)
    }
}

impl Table {
    /// Reads the table in the exercise folder `folder`.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let text = fs::read_to_string(&path)
            .map_err(|error| Fault::file("read", &path, &error))?;
        Reader { path, text: &text }.table()
    }

    /// The check that the learner means by `name`, or by the beginning of one;
    /// `chapter` is for the message.
    pub fn check(&self, chapter: &str, name: &str) -> Result<&Check> {
        if let Some(check) = self.checks.iter().find(|check| check.name == name) {
            return Ok(check);
        }
        let mut begin = self
            .checks
            .iter()
            .filter(|check| check.name.starts_with(name));
        if let (Some(check), None) = (begin.next(), begin.next()) {
            return Ok(check);
        }
        let names: Vec<&str> = self
            .checks
            .iter()
            .map(|check| check.name.as_str())
            .collect();
        let fault = Fault::usage(format!("{chapter} has no check `{name}`"));
        Err(match nearest(name, names.iter().copied()) {
            Some(near) => fault.next(format!("did you mean `{near}`?")),
            None => fault.next(format!("its checks are {}", names.join(", "))),
        })
    }
}

struct Reader<'a> {
    path: PathBuf,
    text: &'a str,
}

impl Reader<'_> {
    fn table(&self) -> Result<Table> {
        let mut value = toml_span::parse(self.text)
            .map_err(|error| self.fault(error.span.start, &error.to_string()))?;
        let at = value.span.start;
        let mut keys = self.keys(&mut value)?;
        let deadline = self.deadline(&mut keys, DEADLINE)?;
        let checks = self.checks(&mut keys, at, deadline)?;
        let page = self.string(&mut keys, "page", at)?;
        let mut table = Table {
            title: self.string(&mut keys, "title", at)?,
            summary: self.string(&mut keys, "summary", at)?,
            checks,
        };
        for check in &mut table.checks {
            // An anchor alone is on the chapter's first page.
            if !check.book.contains('#') {
                check.book = format!("{page}#{}", check.book);
            }
        }
        self.nothing_left(&keys)?;
        Ok(table)
    }

    fn checks(
        &self,
        keys: &mut Keys<'_>,
        at: usize,
        deadline: Duration,
    ) -> Result<Vec<Check>> {
        let Some(mut list) = keys.remove("check") else {
            return Err(self.fault(at, "there is no [[check]]"));
        };
        match list.take() {
            ValueInner::Array(items) => items
                .into_iter()
                .map(|mut item| self.check(&mut item, deadline))
                .collect(),
            _ => Err(self.fault(list.span.start, "`check` is a list: [[check]]")),
        }
    }

    fn check(&self, value: &mut Value<'_>, deadline: Duration) -> Result<Check> {
        let at = value.span.start;
        let mut keys = self.keys(value)?;
        let check = Check {
            name: self.string(&mut keys, "name", at)?,
            title: self.string(&mut keys, "title", at)?,
            why: self.string(&mut keys, "why", at)?,
            book: self.string(&mut keys, "book", at)?,
            file: self.optional(&mut keys, "file")?,
            curl: self.optional(&mut keys, "curl")?,
            plot: self.optional(&mut keys, "plot")?,
            hints: self.hints(&mut keys)?.ok_or_else(|| {
                self.fault(at, "`hints` is missing: three, each telling more")
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
            return Err(self.fault(span, "`step` is a list: [[check.step]]"));
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
            return Err(self.fault(span, "`hints` is a list of three strings"));
        };
        let hints: Option<Vec<String>> = items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect();
        match hints {
            Some(hints) if hints.len() == 3 => Ok(Some(hints)),
            _ => Err(self.fault(span, "`hints` is a list of three strings")),
        }
    }

    fn deadline(&self, keys: &mut Keys<'_>, ordinary: Duration) -> Result<Duration> {
        let Some(value) = keys.remove("seconds") else {
            return Ok(ordinary);
        };
        match value.as_integer() {
            Some(seconds @ 1..=600) => Ok(Duration::from_secs(seconds.unsigned_abs())),
            _ => {
                Err(self.fault(value.span.start, "`seconds` is a number from 1 to 600"))
            }
        }
    }

    fn memory(&self, keys: &mut Keys<'_>) -> Result<u64> {
        let Some(value) = keys.remove("memory") else {
            return Ok(MEMORY);
        };
        let size = value.as_str().and_then(|text| bytes(text).ok());
        size.ok_or_else(|| {
            self.fault(value.span.start, "`memory` is a size, as in \"256 MiB\"")
        })
    }

    fn string(&self, keys: &mut Keys<'_>, key: &str, at: usize) -> Result<String> {
        self.optional(keys, key)?
            .ok_or_else(|| self.fault(at, &format!("`{key}` is missing")))
    }

    fn optional(&self, keys: &mut Keys<'_>, key: &str) -> Result<Option<String>> {
        let Some(value) = keys.remove(key) else {
            return Ok(None);
        };
        match value.as_str() {
            Some(text) => Ok(Some(text.trim().to_owned())),
            None => Err(self.fault(value.span.start, &format!("`{key}` is a string"))),
        }
    }

    fn keys<'v>(&self, value: &mut Value<'v>) -> Result<Keys<'v>> {
        let at = value.span.start;
        match value.take() {
            ValueInner::Table(keys) => Ok(keys),
            _ => Err(self.fault(at, "a table is expected here")),
        }
    }

    fn nothing_left(&self, keys: &Keys<'_>) -> Result<()> {
        match keys.keys().next() {
            Some(key) => Err(self.fault(
                key.span.start,
                &format!("`{}` means nothing here", key.name),
            )),
            None => Ok(()),
        }
    }

    fn fault(&self, at: usize, what: &str) -> Fault {
        let line = 1 + self.text[..at.min(self.text.len())].matches('\n').count();
        // The table of a chapter: three folders up is the workbook.
        let root = self.path.ancestors().nth(3).unwrap_or(Path::new("."));
        given::broken(root, &self.path, &format!(":{line}: {what}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "title = \"T\"\nsummary = \"S\"\npage = \"p.md\"\n";
    const CHECK: &str = "[[check]]\nname = \"n\"\ntitle = \"t\"\nwhy = \"w\"\n\
                         book = \"b\"\nhints = [\"1\", \"2\", \"3\"]\n";

    fn read(text: &str) -> Result<Table> {
        let path = PathBuf::from(FILE);
        Reader { path, text }.table()
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
    fn a_failed_step_has_a_why_and_hints_of_its_own() {
        let step = "[[check.step]]\nat = \"a mask of 33\"\nwhy = \"bits\"\n";
        let own = "hints = [\"4\", \"5\", \"6\"]\n";
        let table = read(&format!("{HEAD}{CHECK}{step}{own}")).unwrap();
        let check = &table.checks[0];
        let mut verdict = Verdict::uncompiled();
        assert_eq!(check.why(&verdict), "w");
        verdict.steps = vec!["parse a mask of 33".to_owned()];
        assert_eq!(check.why(&verdict), "bits");
        let at = check.failed_step(&verdict).map(|step| step.at.as_str());
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
                "checks.toml:10: `wyh` means nothing",
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
            let fault = read(&text).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        }
    }
}
