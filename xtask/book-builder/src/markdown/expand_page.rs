//! One page of the book: expands what our pages are written with.
//!
//! | written | becomes |
//! | --- | --- |
//! | `<!-- page … -->` on the first line | the frame under the title |
//! | a fenced block `quiz` | a form |
//! | a fenced block `notes` | notes for the instructor, out of sight |
//! | `## When it breaks`, `## You can stop here` | a section of its own |
//! | `{{#include PATH}}`, `{{#include PATH:ANCHOR}}` on its own line | code |
//! | `{{#beside NODE RUST}}` on its own line, two such targets | both, side by side |
//! | `{{#map}}` on its own line | the map of the server |
//! | `{{#exercise}}` on its own line | the box of the chapter's exercise |
//! | `{{#hints}}`, `{{#hints FILE…}}` on its own line | folded hints |
//! | `{{#hours}}`, `{{#hours CHAPTER…}}` | how long pages and exercises take |
//! | `{{#live-plot}}` on its own line | the figure for the learner's own curve |
//! | `{{#catalog}}` on its own line | the table of wrong beliefs |
//! | `{{#measured FILE KEY}}` | the value |
//!
//! A backslash before `{{#` leaves the text as it is, as in mdBook.

mod directive;

use crate::error::Error;
use crate::markdown::blocks::chapter_header;
use crate::markdown::blocks::notes;
use crate::markdown::blocks::quiz::{self, Quiz};
use crate::markdown::fence;
use crate::markdown::front_matter::{self, FrontMatter};
use crate::markdown::located_toml::Place;
use crate::markdown::section::Sections;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How many columns of code fit beside the sidebar.
const CODE: usize = 72;
/// How many columns a program's output may have. It isn't wrapped, so it may scroll a
/// little.
const PRINTED: usize = 80;

/// What the pages of one build share.
#[derive(Default)]
pub struct Gathered {
    /// Every mistake so far.
    pub faults: Vec<Error>,
    /// Files outside `book/` that were used for the pages.
    pub inputs: BTreeSet<PathBuf>,
    /// Headings to which the tables of checks send the reader.
    pub promises: Vec<Promise>,
    /// The location of each question, by its id.
    quizzes: BTreeMap<String, String>,
}

/// A heading that a check names, which must be on one of its chapter's pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The table of checks, relative to the workspace.
    pub file: String,
    /// The line of the check.
    pub line: usize,
    /// The page, relative to the book's sources.
    pub page: PathBuf,
    /// The heading's anchor.
    pub anchor: String,
}

/// Expands the page at `path` (relative to `book/src`), whose text is `text`.
///
/// Errors are collected, and the output continues without the faulty parts.
pub fn expand(root: &Path, path: &Path, text: &str, gathered: &mut Gathered) -> String {
    let file = format!("book/src/{}", with_slashes(path));
    let mut page = Page {
        root,
        path,
        file,
        front_matter: FrontMatter::default(),
        questions: 0,
        gathered,
    };
    page.expand(text)
}

struct Page<'a> {
    root: &'a Path,
    path: &'a Path,
    file: String,
    front_matter: FrontMatter,
    questions: usize,
    gathered: &'a mut Gathered,
}

impl Page<'_> {
    fn expand(&mut self, text: &str) -> String {
        let (mut frame, first) = self.front_matter(text);
        let mut out = String::with_capacity(text.len());
        let mut fenced: Option<&str> = None;
        let mut room = CODE;
        let mut sections = Sections::default();
        let mut lines = text.lines().enumerate().skip(first);

        while let Some((index, line)) = lines.next() {
            if let Some(open) = fenced {
                if fence::closes(open, line) {
                    fenced = None;
                }
            } else if let Some(open) = fence::opens(line) {
                let is_ours = [quiz::FENCE, notes::FENCE]
                    .into_iter()
                    .find(|name| fence::is_of(line, name));
                if let Some(name) = is_ours {
                    let inside: Vec<&str> = lines
                        .by_ref()
                        .map(|(_, line)| line)
                        .take_while(|line| !fence::closes(open, line))
                        .collect();
                    let inside = inside.join("\n");
                    out.push_str(&match name {
                        notes::FENCE => notes::hidden(&inside),
                        _ => self.quiz(index + 2, &inside),
                    });
                    continue;
                }
                fenced = Some(open);
                room = if fence::is_of(line, "text") {
                    PRINTED
                } else {
                    CODE
                };
            } else {
                out.push_str(&sections.before(line));
            }
            let is_title = fenced.is_none() && line.starts_with("# ");
            if is_title && let Some(eyebrow) = chapter_header::part_line(&self.file) {
                out.push_str(&eyebrow);
                out.push('\n');
            }
            let text = self.line(index + 1, line);
            if fenced.is_some() {
                self.fits(index + 1, room, &text);
            }
            out.push_str(&text);
            out.push('\n');
            if is_title && let Some(frame) = frame.take() {
                out.push('\n');
                out.push_str(&frame);
            }
        }
        out.push_str(&sections.end());
        self.demand(&sections);
        out
    }

    /// Returns the frame to show, and how many lines the front matter has.
    fn front_matter(&mut self, text: &str) -> (Option<String>, usize) {
        match front_matter::read(&self.file, text) {
            Err(fault) => {
                self.gathered.faults.push(fault);
                (None, 0)
            }
            Ok(None) => {
                if self.is_chapter() {
                    self.fault(1, "a chapter page begins with `<!-- page` and minutes");
                }
                (None, 0)
            }
            Ok(Some((front_matter, lines))) => {
                self.front_matter = front_matter;
                self.promises();
                let facts = chapter_header::facts(&self.file, &self.front_matter);
                (Some(facts), lines)
            }
        }
    }

    /// Records the headings to which the chapter's checks send the reader.
    fn promises(&mut self) {
        let Some(folder) = self.front_matter.crate_folder.clone() else {
            return;
        };
        if !self.root.join(&folder).is_dir() {
            self.fault(1, format!("there is no crate folder `{folder}`"));
            return;
        }
        let file = format!("{folder}/checks.toml");
        if !self.root.join(&file).is_file() {
            return;
        }
        for check in self.checks(1, &file) {
            self.gathered.promises.push(Promise {
                file: file.clone(),
                line: check.line,
                page: self.path.to_path_buf(),
                anchor: check.heading,
            });
        }
    }

    fn quiz(&mut self, line: usize, toml: &str) -> String {
        let place = Place {
            file: &self.file,
            line,
        };
        let quiz = match Quiz::parse(place, toml) {
            Ok(quiz) => quiz,
            Err(fault) => {
                self.gathered.faults.push(fault);
                return String::new();
            }
        };
        self.questions += 1;
        let here = format!("{}:{line}", self.file);
        let seen = self.gathered.quizzes.insert(quiz.id.clone(), here);
        if let Some(other) = seen {
            let message = format!(
                "the quiz id `{}` is taken by {other}: answers are kept under it",
                quiz.id
            );
            self.fault(line, message);
        }
        quiz.html()
    }

    /// Wider code would scroll, even on a large screen.
    fn fits(&mut self, number: usize, room: usize, text: &str) {
        let width = text.lines().map(|line| line.chars().count()).max();
        if let Some(width) = width.filter(|width| *width > room) {
            let message =
                format!("{width} columns of code: a page has room for {room}");
            self.fault(number, message);
        }
    }

    /// Checks what every chapter page must have.
    fn demand(&mut self, sections: &Sections) {
        if !self.is_chapter() {
            return;
        }
        if self.questions == 0 {
            self.fault(
                0,
                "a chapter page asks at least one question: add a ```quiz",
            );
        }
        if self.front_matter.exercise.is_some() {
            for heading in sections.missing() {
                self.fault(0, format!("an exercise page has a section `{heading}`"));
            }
        }
    }

    fn is_chapter(&self) -> bool {
        let name = self.path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("chapter-"))
    }

    fn fault(&mut self, line: usize, message: impl Into<String>) {
        self.gathered.faults.push(Error {
            file: self.file.clone(),
            line,
            message: message.into(),
        });
    }
}

/// Returns a path with `/` between its parts on every operating system.
pub fn with_slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
