//! `cargo xtask` alone: shows the progress in each chapter, and the one command to type
//! next.

use course::checks_file::ChecksFile;
use course::say;
use tinyjson::JsonValue;

use crate::chapter::Chapter;
use crate::chapter::workspace::Workspace;
use crate::cli::args::Args;
use crate::cli::error::{Exit, Result};
use crate::cli::terminal::{Style, paint, symbol};
use crate::output::json::{self, SCHEMA, object, text};
use crate::state::progress::{ChapterProgress, Progress};

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &["--json"], &[])?;
    args.at_most(0)?;
    let status = StatusMap::read(&Workspace::find()?)?;
    if args.has("--json") {
        json::print(&status.json());
    } else {
        status.print();
    }
    Ok(Exit::Passed)
}

/// The learner's progress in every chapter.
struct StatusMap {
    progress: Progress,
    places: Vec<Place>,
}

struct Place {
    chapter: Chapter,
    checks: ChecksFile,
    standing: ChapterProgress,
}

impl StatusMap {
    fn read(workspace: &Workspace) -> Result<Self> {
        let progress = Progress::read(workspace)?;
        let mut places = Vec::new();
        for chapter in workspace.chapters() {
            let checks = workspace.checks_file(chapter)?;
            places.push(Place {
                standing: progress.standing(workspace, chapter, &checks)?,
                chapter: chapter.clone(),
                checks,
            });
        }
        Ok(Self { progress, places })
    }

    /// Returns the chapter to continue with.
    fn next(&self) -> Option<&Chapter> {
        let (mut first, mut next) = (None, None);
        for Place {
            chapter, standing, ..
        } in &self.places
        {
            let done = matches!(
                standing,
                ChapterProgress::Passed | ChapterProgress::Reference
            );
            match standing {
                // A learner who started after chapter 1 continues from there.
                ChapterProgress::Passed
                | ChapterProgress::Partly { .. }
                | ChapterProgress::Changed => {
                    next = if done { None } else { Some(chapter) };
                }
                ChapterProgress::Untouched => next = next.or(Some(chapter)),
                ChapterProgress::Reference => {}
            }
            if !done && first.is_none() {
                first = Some(chapter);
            }
        }
        next.or(first)
    }

    fn print(&self) {
        let title = "Flat Memory: networks, streams, and backpressure";
        say!("{}\n", paint(Style::Strong, title));
        for place in &self.places {
            say!("{}", line(place));
        }
        say!();
        match self.next() {
            Some(chapter) => {
                let command = format!("Next: {}", check(chapter));
                say!("{}", paint(Style::Strong, &command));
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
            json::heading(&place.chapter, &place.checks);
        let checks = place.checks.checks.iter().map(|check| {
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

/// Returns one line of at most 80 columns, so that the list and its title fit in a
/// terminal with 24 lines.
fn line(place: &Place) -> String {
    let (ink, mark) = match place.standing {
        ChapterProgress::Untouched => (Style::Quiet, symbol("○", "o")),
        ChapterProgress::Partly { .. } | ChapterProgress::Changed => {
            (Style::Strong, symbol("◐", "~"))
        }
        ChapterProgress::Passed => (Style::Good, symbol("✔", "+")),
        ChapterProgress::Reference => (Style::Quiet, symbol("□", "=")),
    };
    let number = place.chapter.number();
    let state = paint(ink, &format!("{mark} {:<11}", brief(&place.standing)));
    let noun = place.chapter.noun();
    format!(
        "{number:>2} {noun:<12} {state}  {}",
        about(&place.checks.title)
    )
}

/// Returns a title without the noun at its beginning, which has a column of its own.
fn about(title: &str) -> &str {
    title.split_once(": ").map_or(title, |(_, about)| about)
}

/// Returns the progress in few enough words for a column.
fn brief(standing: &ChapterProgress) -> String {
    match standing {
        ChapterProgress::Partly { passed, total } => format!("{passed} of {total}"),
        ChapterProgress::Changed => "changed".to_owned(),
        other => words(other),
    }
}

/// Returns the progress in words, for people.
fn words(standing: &ChapterProgress) -> String {
    match standing {
        ChapterProgress::Untouched => "not started".to_owned(),
        ChapterProgress::Partly { passed, total } => {
            format!("{passed} of {total} passed")
        }
        ChapterProgress::Passed => "passed".to_owned(),
        ChapterProgress::Changed => "passed, changed since".to_owned(),
        ChapterProgress::Reference => "reference".to_owned(),
    }
}

/// Returns the progress as a name, for programs.
fn name(standing: &ChapterProgress) -> &'static str {
    match standing {
        ChapterProgress::Untouched => "untouched",
        ChapterProgress::Partly { .. } => "partly",
        ChapterProgress::Passed => "passed",
        ChapterProgress::Changed => "changed",
        ChapterProgress::Reference => "reference",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_of_the_real_workbook_fits_a_small_terminal() {
        let status = StatusMap::read(&Workspace::find().unwrap()).unwrap();
        // The title, the next command, and the book need five more lines.
        assert!(status.places.len() + 5 <= 24);
        for mut place in status.places {
            for standing in [
                ChapterProgress::Untouched,
                ChapterProgress::Changed,
                ChapterProgress::Partly {
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
