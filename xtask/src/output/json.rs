//! The runner's output for programs: one JSON object (`--json`), or one for each event
//! (`--events`). Both contain the same values as the text.

use std::collections::HashMap;

use course::checks_file::{Check, ChecksFile};
use tinyjson::JsonValue;

use crate::chapter::{Chapter, Tree};
use crate::cli::error::Exit;
use crate::grading::grade::Graded;
use crate::grading::verdict::Verdict;
use crate::output::report_text;

/// The version of every object. It grows when a field changes its meaning, but not when
/// a field is added.
pub const SCHEMA: f64 = 1.0;

/// Makes an object with these fields.
pub fn object<const N: usize>(fields: [(&str, JsonValue); N]) -> JsonValue {
    let map: HashMap<String, JsonValue> = fields
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    JsonValue::from(map)
}

/// Prints an object on a line of its own, in ASCII, so that the reader doesn't need to
/// know the encoding.
pub fn print(object: &str) {
    println!("{}", course::plain::json(object));
}

/// Makes a string.
pub fn text(value: &str) -> JsonValue {
    JsonValue::from(value.to_owned())
}

/// Makes a string, or `null` if there is none.
pub fn optional(value: Option<&String>) -> JsonValue {
    match value {
        Some(value) => text(value),
        None => JsonValue::from(()),
    }
}

/// Makes a number.
pub fn count(number: usize) -> JsonValue {
    JsonValue::from(number as f64)
}

/// Makes one object of everything that was graded.
pub fn whole(all: &[Graded], exit: Exit) -> String {
    let chapters: Vec<JsonValue> = all.iter().map(chapter).collect();
    let object = object([
        ("schema", JsonValue::from(SCHEMA)),
        ("command", text("check")),
        ("exit", JsonValue::from(f64::from(exit as u8))),
        ("chapters", JsonValue::from(chapters)),
    ]);
    object.format().unwrap_or_default()
}

fn chapter(graded: &Graded) -> JsonValue {
    let checks: Vec<JsonValue> = graded
        .verdicts
        .iter()
        .map(|(check, verdict)| verdict_on(&graded.chapter, check, verdict))
        .collect();
    object([
        ("chapter", text(&graded.chapter.name())),
        ("title", text(&graded.checks_file.title)),
        ("solution", JsonValue::from(graded.tree == Tree::Solutions)),
        ("passed", count(graded.passed_count())),
        ("total", count(graded.verdicts.len())),
        ("checks", JsonValue::from(checks)),
    ])
}

/// Makes an object for the verdict on one check, with everything that the terminal
/// shows.
pub fn verdict_on(chapter: &Chapter, check: &Check, verdict: &Verdict) -> JsonValue {
    let compared = verdict.compared.as_ref();
    let location = verdict.location.as_ref().map(ToString::to_string);
    let by_hand = verdict.repeat.as_ref().or(check.curl.as_ref());
    object([
        ("name", text(&check.name)),
        ("title", text(&check.title)),
        ("file", optional(verdict.file(check))),
        ("status", text(verdict.status.word())),
        ("fails", JsonValue::from(verdict.status.is_failure())),
        ("message", text(&verdict.message)),
        ("place", optional(location.as_ref())),
        ("steps", list(&verdict.steps)),
        (
            "expected",
            optional(compared.map(|compared| &compared.expected)),
        ),
        ("seen", optional(compared.map(|compared| &compared.seen))),
        ("notes", list(&verdict.notes)),
        ("printed", list(&verdict.printed)),
        ("why", text(verdict.why(check))),
        ("book", text(&check.book)),
        ("repeat", optional(by_hand)),
        ("plot", optional(report_text::plot(chapter, check).as_ref())),
        ("again", text(&report_text::again(chapter, check))),
        ("hint", text(&report_text::hint(chapter, check))),
    ])
}

/// Makes the list of a chapter's checks before they have run.
pub fn announced(checks: &[Check]) -> JsonValue {
    let one = |check: &Check| {
        object([
            ("name", text(&check.name)),
            ("title", text(&check.title)),
            ("file", optional(check.file.as_ref())),
        ])
    };
    JsonValue::from(checks.iter().map(one).collect::<Vec<_>>())
}

/// Returns the fields that describe the chapter in every object.
pub fn heading(chapter: &Chapter, file: &ChecksFile) -> [(&'static str, JsonValue); 4] {
    [
        ("chapter", text(&chapter.name())),
        ("number", JsonValue::from(f64::from(chapter.number()))),
        ("title", text(&file.title)),
        ("folder", text(chapter.folder())),
    ]
}

fn list(items: &[String]) -> JsonValue {
    JsonValue::from(items.iter().map(|item| text(item)).collect::<Vec<_>>())
}
