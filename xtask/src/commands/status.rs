//! `cargo xtask` alone: where am I, and the one command to type next.

use tinyjson::JsonValue;

use words::say;

use crate::args::Args;
use crate::chapter::{Chapter, Tree};
use crate::exit::{Exit, Result};
use crate::json::{self, SCHEMA, object, text};
use crate::progress::{Progress, Standing};
use crate::table::Table;
use crate::terminal::{Ink, paint, symbol};
use crate::workspace::Workspace;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &["--json"], &[])?;
    args.at_most(0)?;
    let map = Map::read(&Workspace::find()?)?;
    if args.has("--json") {
        json::print(&map.json());
    } else {
        map.tell();
    }
    Ok(Exit::Passed)
}

/// Where the learner stands in every chapter.
struct Map {
    progress: Progress,
    places: Vec<Place>,
}

struct Place {
    chapter: Chapter,
    table: Table,
    standing: Standing,
}

impl Map {
    fn read(workspace: &Workspace) -> Result<Self> {
        let progress = Progress::read(workspace)?;
        let mut places = Vec::new();
        for chapter in workspace.chapters() {
            let table = Table::read(&chapter.path(workspace.root(), Tree::Exercises))?;
            places.push(Place {
                standing: progress.standing(workspace, chapter, &table)?,
                chapter: chapter.clone(),
                table,
            });
        }
        Ok(Self { progress, places })
    }

    /// The chapter to go on with.
    fn next(&self) -> Option<&Chapter> {
        let (mut first, mut next) = (None, None);
        for Place {
            chapter, standing, ..
        } in &self.places
        {
            let done = matches!(standing, Standing::Passed | Standing::Reference);
            match standing {
                // Whoever began later than chapter 1 goes on from there.
                Standing::Passed | Standing::Partly { .. } | Standing::Changed => {
                    next = if done { None } else { Some(chapter) };
                }
                Standing::Untouched => next = next.or(Some(chapter)),
                Standing::Reference => {}
            }
            if !done && first.is_none() {
                first = Some(chapter);
            }
        }
        next.or(first)
    }

    fn tell(&self) {
        let title = "Flat Memory: networks, streams and backpressure";
        say!("{}\n", paint(Ink::Strong, title));
        for place in &self.places {
            say!("{}", line(place));
        }
        say!();
        match self.next() {
            Some(chapter) => {
                let command = format!("Next: {}", check(chapter));
                say!("{}", paint(Ink::Strong, &command));
            }
            None => say!("Every chapter is done."),
        }
        say!("The book: cargo xtask book     All commands: cargo xtask --help");
    }

    fn json(&self) -> String {
        let chapters: Vec<JsonValue> =
            self.places.iter().map(|place| self.place(place)).collect();
        let next = self.next().map(check);
        let object = object([
            ("schema", JsonValue::from(SCHEMA)),
            ("command", text("map")),
            ("chapters", JsonValue::from(chapters)),
            ("next", json::optional(next.as_ref())),
        ]);
        object.format().unwrap_or_default()
    }

    fn place(&self, place: &Place) -> JsonValue {
        let [chapter, number, title, folder] =
            json::heading(&place.chapter, &place.table);
        let checks = place.table.checks.iter().map(|check| {
            let last = self.progress.status(&place.chapter, &check.name);
            let last = last.map(|status| status.word().to_owned());
            object([
                ("name", text(&check.name)),
                ("status", json::optional(last.as_ref())),
            ])
        });
        object([
            chapter,
            number,
            title,
            folder,
            ("standing", text(name(&place.standing))),
            ("words", text(&words(&place.standing))),
            ("checks", JsonValue::from(checks.collect::<Vec<_>>())),
        ])
    }
}

fn check(chapter: &Chapter) -> String {
    format!("cargo xtask check {}", chapter.name())
}

/// One line of at most 80 columns: the map and its title fit a terminal of 24 lines.
fn line(place: &Place) -> String {
    let (ink, mark) = match place.standing {
        Standing::Untouched => (Ink::Quiet, symbol("○", "o")),
        Standing::Partly { .. } | Standing::Changed => (Ink::Strong, symbol("◐", "~")),
        Standing::Passed => (Ink::Good, symbol("✔", "+")),
        Standing::Reference => (Ink::Quiet, symbol("□", "=")),
    };
    let number = place.chapter.number();
    let state = paint(ink, &format!("{mark} {:<11}", brief(&place.standing)));
    let noun = place.chapter.noun();
    format!(
        "{number:>2} {noun:<12} {state}  {}",
        about(&place.table.title)
    )
}

/// A title without the noun that stands before it already.
fn about(title: &str) -> &str {
    title.split_once(": ").map_or(title, |(_, about)| about)
}

/// A standing in as few words as a column has room for.
fn brief(standing: &Standing) -> String {
    match standing {
        Standing::Partly { passed, total } => format!("{passed} of {total}"),
        Standing::Changed => "changed".to_owned(),
        other => words(other),
    }
}

/// A standing for people.
fn words(standing: &Standing) -> String {
    match standing {
        Standing::Untouched => "not started".to_owned(),
        Standing::Partly { passed, total } => format!("{passed} of {total} passed"),
        Standing::Passed => "passed".to_owned(),
        Standing::Changed => "passed, changed since".to_owned(),
        Standing::Reference => "reference".to_owned(),
    }
}

/// A standing for programs.
fn name(standing: &Standing) -> &'static str {
    match standing {
        Standing::Untouched => "untouched",
        Standing::Partly { .. } => "partly",
        Standing::Passed => "passed",
        Standing::Changed => "changed",
        Standing::Reference => "reference",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_of_the_real_workbook_fits_a_small_terminal() {
        let map = Map::read(&Workspace::find().unwrap()).unwrap();
        // The title, the next command and the book stand around it.
        assert!(map.places.len() + 5 <= 24);
        for mut place in map.places {
            for standing in [
                Standing::Untouched,
                Standing::Changed,
                Standing::Partly {
                    passed: 29,
                    total: 30,
                },
            ] {
                place.standing = standing;
                let line = line(&place);
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }
}
