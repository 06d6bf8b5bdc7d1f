//! Hints: three levels for each check, from the chapter's table of checks.
//!
//! `exercises/chapter-NN-noun/checks.toml` is where the runner reads title, reason
//! and hints of a check; the page shows the same hints, folded, so that they cannot
//! drift apart. A page writes `{{#hints}}` for all checks of its crate,
//! `{{#hints src/subnet.rs}}` for those of one task, or the names of checks.

use crate::fault::Fault;
use crate::html::{escape, inline};
use crate::settings::{Document, Place};

/// How many levels of hint each check has.
const LEVELS: usize = 3;

/// What the book needs to know of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The test function's name.
    pub name: String,
    /// What it checks, as a sentence.
    pub title: String,
    /// The task that it checks, relative to the crate.
    pub task: Option<String>,
    /// The heading of the page that explains it.
    pub anchor: Option<String>,
    /// The line of the table on which the check begins, from 1.
    pub line: usize,
    /// From a nudge to nearly the answer, as Markdown.
    pub hints: Vec<String>,
}

/// Reads a table of checks. Keys that only the runner needs are left to the runner.
///
/// # Errors
///
/// Text that is not TOML, a check without name or title, not exactly three hints.
pub fn checks(file: &str, toml: &str) -> Result<Vec<Check>, Fault> {
    let place = Place { file, line: 1 };
    let document = Document::parse(place, toml)?;
    let mut checks = Vec::new();
    for check in document.settings().tables("check")? {
        let name = check.text("name")?.to_string();
        let hints = check.texts("hints")?;
        if hints.len() != LEVELS || hints.iter().any(|hint| hint.trim().is_empty()) {
            return Err(check.fault(format!("`{name}` needs {LEVELS} hints")));
        }
        checks.push(Check {
            name,
            title: check.text("title")?.to_string(),
            task: check.optional_text("file")?.map(str::to_string),
            anchor: check.optional_text("book")?.map(str::to_string),
            line: check.line(),
            hints: hints.iter().map(|hint| hint.trim().to_string()).collect(),
        });
    }
    Ok(checks)
}

/// The checks of a table that a page means by `names`: tasks or checks, in the order
/// of the table; all when there are no names.
///
/// # Errors
///
/// The first name that is neither a task nor a check.
pub fn chosen<'a>(
    checks: &'a [Check],
    names: &[&str],
) -> Result<Vec<&'a Check>, String> {
    let is_meant = |check: &Check, name: &str| {
        check.name == name || check.task.as_deref() == Some(name)
    };
    for name in names {
        if !checks.iter().any(|check| is_meant(check, name)) {
            return Err(format!("no check and no task is called `{name}`"));
        }
    }
    Ok(checks
        .iter()
        .filter(|check| {
            names.is_empty() || names.iter().any(|name| is_meant(check, name))
        })
        .collect())
}

/// The hints of some checks, each level folded, as HTML around Markdown.
///
/// `chapter` keeps the anchors of two chapters apart on the printed page.
pub fn folded(chapter: &str, checks: &[&Check]) -> String {
    let mut text = String::new();
    for check in checks {
        text.push_str(&format!(
            "<details class=\"hints\" id=\"hint-{}-{}\">\n<summary>{}</summary>\n\n",
            escape(chapter),
            escape(&check.name),
            inline(&check.title)
        ));
        for (level, hint) in check.hints.iter().enumerate() {
            // The blank lines hand the hint back to Markdown.
            text.push_str(&format!(
                "<details>\n<summary>Hint {} of {LEVELS}</summary>\n\n{hint}\n\n\
                 </details>\n\n",
                level + 1
            ));
        }
        text.push_str("</details>\n\n");
    }
    text
}
