//! `check --events`: one line with a JSON object for each event, as soon as it happens.
//!
//! | event | when | besides `schema` and `event` |
//! | --- | --- | --- |
//! | `begin` | a chapter's turn comes | `chapter`, `number`, `title`, `folder`, `solution`, `again`, `checks` |
//! | `compiling` | cargo starts | `chapter` |
//! | `compiled` | cargo has ended | `chapter`, `compiles` |
//! | `verdict` | a check has its verdict | `chapter`, `check`: the object of `--json` |
//! | `graded` | a chapter is through | `chapter`, `passed`, `total`, `next` |
//! | `end` | everything is through | `passed`, `total`, `exit` |
//! | `fault` | the run could not go on | `message`, `exit` |
//!
//! `again` is true for an earlier chapter that has changed since it passed. The
//! compiler's output goes to standard error.

use std::io::Write;

use tinyjson::JsonValue;

use crate::chapter::Tree;
use crate::cli::error::{Error, Exit};
use crate::grading::grade::{GradeRequest, Graded, GradingEvent};
use crate::output::json::{self, SCHEMA, count, object, text};

/// Prints an event of the grading of a chapter. `again` marks an earlier chapter that
/// is checked once more.
pub fn event(request: GradeRequest<'_>, again: bool, event: &GradingEvent<'_>) {
    let name = ("chapter", text(&request.chapter.name()));
    match event {
        GradingEvent::Begin(file, checks) => {
            let [chapter, number, title, folder] = json::heading(request.chapter, file);
            let solution = request.tree == Tree::Solutions;
            say(
                "begin",
                [
                    chapter,
                    number,
                    title,
                    folder,
                    ("solution", JsonValue::from(solution)),
                    ("again", JsonValue::from(again)),
                    ("checks", json::announced(checks)),
                ],
            );
        }
        GradingEvent::Compiling => say("compiling", [name]),
        GradingEvent::Compiled(compiles) => {
            say("compiled", [name, ("compiles", JsonValue::from(*compiles))]);
        }
        GradingEvent::Verdict(check, verdict) => {
            let verdict = json::verdict_on(request.chapter, check, verdict);
            say("verdict", [name, ("check", verdict)]);
        }
    }
}

/// Prints that a chapter was graded. `next` is the command that the terminal suggests.
pub fn graded(graded: &Graded, next: &str) {
    say(
        "graded",
        [
            ("chapter", text(&graded.chapter.name())),
            ("passed", count(graded.passed_count())),
            ("total", count(graded.verdicts.len())),
            ("next", text(next)),
        ],
    );
}

/// Prints that everything was graded. The counts are the sums over all chapters.
pub fn end(all: &[Graded], exit: Exit) {
    say(
        "end",
        [
            ("passed", count(all.iter().map(Graded::passed_count).sum())),
            (
                "total",
                count(all.iter().map(|one| one.verdicts.len()).sum()),
            ),
            ("exit", JsonValue::from(f64::from(exit as u8))),
        ],
    );
}

/// Prints that the run had to stop. The same message goes to standard error.
pub fn fault(fault: &Error) {
    say(
        "fault",
        [
            ("message", text(&fault.to_string())),
            ("exit", JsonValue::from(f64::from(fault.exit() as u8))),
        ],
    );
}

/// Prints one line.
fn say<const N: usize>(event: &str, fields: [(&str, JsonValue); N]) {
    let JsonValue::Object(mut line) = object(fields) else {
        unreachable!("`object` makes an object");
    };
    line.insert("schema".to_owned(), JsonValue::from(SCHEMA));
    line.insert("event".to_owned(), text(event));
    // Strings and counts are always valid JSON.
    json::print(&JsonValue::from(line).stringify().unwrap_or_default());
    // If the reader is gone, the next line that is printed will notice it.
    let _ = std::io::stdout().flush();
}
