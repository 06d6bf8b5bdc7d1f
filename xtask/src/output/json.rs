//! What the runner says to programs: one JSON object (`--json`), or one a line
//! while it happens (`--events`). Both are made of the same values as the text.

use std::collections::HashMap;

use tinyjson::JsonValue;

use crate::chapter::{Chapter, Tree};
use crate::exit::Exit;
use crate::grade::Graded;
use crate::show;
use crate::table::{Check, Table};
use crate::verdict::Verdict;

/// The version of every object. It grows when a field changes its meaning; a
/// new field is no change.
pub const SCHEMA: f64 = 1.0;

/// An object of these fields.
pub fn object<const N: usize>(fields: [(&str, JsonValue); N]) -> JsonValue {
    let map: HashMap<String, JsonValue> = fields
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    JsonValue::from(map)
}

/// Prints an object on a line of its own, in ASCII: who reads it need not know in
/// which letters.
pub fn print(object: &str) {
    println!("{}", words::plain::json(object));
}

/// A string.
pub fn text(value: &str) -> JsonValue {
    JsonValue::from(value.to_owned())
}

/// A string, or `null` where there is none.
pub fn optional(value: Option<&String>) -> JsonValue {
    match value {
        Some(value) => text(value),
        None => JsonValue::from(()),
    }
}

/// A number of things.
pub fn count(number: usize) -> JsonValue {
    JsonValue::from(number as f64)
}

/// Everything that was graded, as one object.
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
        ("title", text(&graded.table.title)),
        ("solution", JsonValue::from(graded.tree == Tree::Solutions)),
        ("passed", count(graded.count())),
        ("total", count(graded.verdicts.len())),
        ("checks", JsonValue::from(checks)),
    ])
}

/// The verdict on one check, with all that the terminal tells about it.
pub fn verdict_on(chapter: &Chapter, check: &Check, verdict: &Verdict) -> JsonValue {
    let compared = verdict.compared.as_ref();
    let place = verdict
        .place
        .as_ref()
        .map(|(file, line)| format!("{file}:{line}"));
    let by_hand = verdict.repeat.as_ref().or(check.curl.as_ref());
    object([
        ("name", text(&check.name)),
        ("title", text(&check.title)),
        ("file", optional(check.file(verdict))),
        ("status", text(verdict.status.word())),
        ("message", text(&verdict.message)),
        ("place", optional(place.as_ref())),
        ("steps", list(&verdict.steps)),
        (
            "expected",
            optional(compared.map(|compared| &compared.expected)),
        ),
        ("seen", optional(compared.map(|compared| &compared.seen))),
        ("notes", list(&verdict.notes)),
        ("printed", list(&verdict.printed)),
        ("why", text(check.why(verdict))),
        ("book", text(&check.book)),
        ("repeat", optional(by_hand)),
        ("plot", optional(show::plot(chapter, check).as_ref())),
        ("again", text(&show::again(chapter, check))),
        ("hint", text(&show::hint(chapter, check))),
    ])
}

/// The checks of a chapter before they have run.
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

/// What a chapter is, in every object that is about one.
pub fn heading(chapter: &Chapter, table: &Table) -> [(&'static str, JsonValue); 4] {
    [
        ("chapter", text(&chapter.name())),
        ("number", JsonValue::from(f64::from(chapter.number()))),
        ("title", text(&table.title)),
        ("folder", text(chapter.folder())),
    ]
}

fn list(items: &[String]) -> JsonValue {
    JsonValue::from(items.iter().map(|item| text(item)).collect::<Vec<_>>())
}
