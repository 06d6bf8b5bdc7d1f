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
//! | `{{#hints}}`, `{{#hints TASK…}}` on its own line | folded hints |
//! | `{{#live-plot}}` on its own line | the figure for the learner's own curve |
//! | `{{#measured FILE KEY}}` | the value |
//!
//! A backslash before `{{#` leaves the text as it is, as in mdBook.

use crate::fault::Fault;
use crate::front_matter::{self, FrontMatter};
use crate::quiz::{self, Quiz};
use crate::section::Sections;
use crate::settings::Place;
use crate::{
    beside, exercise_box, fence, frame, hints, live_plot, map, measured, measurement,
    notes, snippet,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// What the pages of one build have in common.
#[derive(Default)]
pub struct Gathered {
    /// Every mistake so far.
    pub faults: Vec<Fault>,
    /// Files outside `book/` that the pages were made from.
    pub inputs: BTreeSet<PathBuf>,
    /// Headings that tables of checks send the reader to.
    pub promises: Vec<Promise>,
    /// Where each question stands, by its id.
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
/// Mistakes are gathered, and the text goes on without what was wrong.
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
            } else {
                out.push_str(&sections.before(line));
            }
            let is_title = fenced.is_none() && line.starts_with("# ");
            if is_title && let Some(eyebrow) = frame::eyebrow(&self.front_matter) {
                out.push_str(&eyebrow);
                out.push('\n');
            }
            out.push_str(&self.line(index + 1, line));
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

    /// The frame to show, and the number of lines that front matter takes.
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
                (Some(frame::under_title(&self.front_matter)), lines)
            }
        }
    }

    /// Notes which headings the chapter's checks send the reader to.
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
            if let Some(anchor) = check.anchor {
                self.gathered.promises.push(Promise {
                    file: file.clone(),
                    line: check.line,
                    page: self.path.to_path_buf(),
                    anchor,
                });
            }
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

    /// Expands the directives of one line.
    fn line(&mut self, number: usize, line: &str) -> String {
        let mut out = String::with_capacity(line.len());
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("{{#") {
            out.push_str(before);
            let Some((inside, after)) = after.split_once("}}") else {
                self.fault(number, "a `{{#` on this line has no `}}`");
                return out;
            };
            if before.ends_with('\\') {
                // mdBook removes the backslash.
                out.push_str("{{#");
                out.push_str(inside);
                out.push_str("}}");
            } else {
                let alone = before.trim().is_empty() && after.trim().is_empty();
                match self.directive(number, inside, alone) {
                    Ok(text) => out.push_str(&indented(&text, before, alone)),
                    Err(message) => self.fault(number, message),
                }
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn directive(
        &mut self,
        number: usize,
        inside: &str,
        alone: bool,
    ) -> Result<String, String> {
        let words: Vec<&str> = inside.split_whitespace().collect();
        match words.as_slice() {
            ["measured", file, key] => self.measured(file, key),
            ["map"]
            | ["include", _]
            | ["beside", ..]
            | ["exercise"]
            | ["hints", ..]
            | ["live-plot"]
                if !alone =>
            {
                Err(format!("`{{{{#{inside}}}}}` stands on a line of its own"))
            }
            ["map"] => Ok(map::figure(None).trim_end().to_string()),
            ["include", target] => self.include(target),
            ["beside", node, rust] => {
                Ok(beside::beside(&self.include(node)?, &self.include(rust)?))
            }
            ["exercise"] => self.exercise(number),
            ["hints", names @ ..] => self.hints(number, names),
            ["live-plot"] => self.live_plot(),
            _ => Err(format!(
                "`{{{{#{inside}}}}}` is not known here; known are include PATH:ANCHOR, \
                 beside NODE RUST, exercise, hints TASK…, live-plot and measured FILE KEY"
            )),
        }
    }

    fn include(&mut self, target: &str) -> Result<String, String> {
        let (path, anchor) = match target.split_once(':') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (target, None),
        };
        if anchor.is_some_and(|anchor| anchor.starts_with(|c: char| c.is_numeric())) {
            return Err(format!("`{target}`: name an anchor, line numbers move"));
        }
        let page = Path::new("book/src").join(self.path);
        let folder = page.parent().unwrap_or(Path::new(""));
        let source = self.read(&folder.join(path))?;
        let shown = match anchor {
            Some(anchor) => snippet::anchored(&source, anchor),
            None => snippet::whole(&source),
        };
        shown.map_err(|message| format!("{path}: {message}"))
    }

    fn measured(&mut self, file: &str, key: &str) -> Result<String, String> {
        let path = format!("book/measured/{file}.json");
        let json = self.read(Path::new(&path))?;
        measured::value(&json, key).map_err(|message| format!("{path} {message}"))
    }

    fn hints(&mut self, number: usize, names: &[&str]) -> Result<String, String> {
        let (chapter, folder) = self.chapter("hints need")?;
        let file = format!("{folder}/checks.toml");
        let checks = self.checks(number, &file);
        let chosen = hints::chosen(&checks, names)
            .map_err(|message| format!("{file}: {message}"))?;
        Ok(hints::folded(&chapter, &chosen))
    }

    fn exercise(&mut self, number: usize) -> Result<String, String> {
        let (chapter, folder) = self.chapter("an exercise needs")?;
        let checks = self.checks(number, &format!("{folder}/checks.toml"));
        Ok(exercise_box::html(&chapter, &folder, &checks))
    }

    fn live_plot(&mut self) -> Result<String, String> {
        let csv = self.read(Path::new("book/measured/page.csv"))?;
        let json = self.read(Path::new("book/measured/page.json"))?;
        let servers = measurement::servers(self.root);
        live_plot::html(&servers, &csv, &json)
            .map_err(|message| format!("book/measured/page.csv or page.json {message}"))
    }

    /// The chapter's name for commands, and its crate folder.
    fn chapter(&self, who: &str) -> Result<(String, String), String> {
        let Some(folder) = self.front_matter.crate_folder.clone() else {
            return Err(format!("{who} `crate = \"…\"` in the front matter"));
        };
        let name = front_matter::chapter_name(&folder);
        Ok((name.unwrap_or_else(|| folder.clone()), folder))
    }

    /// The checks of a table; none, and a fault, where the table is wrong.
    fn checks(&mut self, number: usize, file: &str) -> Vec<hints::Check> {
        let toml = match self.read(Path::new(file)) {
            Ok(toml) => toml,
            Err(message) => {
                self.fault(number, message);
                return Vec::new();
            }
        };
        hints::checks(file, &toml).unwrap_or_else(|fault| {
            if !self.gathered.faults.contains(&fault) {
                self.gathered.faults.push(fault);
            }
            Vec::new()
        })
    }

    /// Reads a file of the workspace and remembers that this page depends on it.
    fn read(&mut self, path: &Path) -> Result<String, String> {
        let Some(path) = inside(path) else {
            let path = with_slashes(path);
            return Err(format!("`{path}` leads out of the workspace"));
        };
        let full = self.root.join(&path);
        self.gathered.inputs.insert(full.clone());
        std::fs::read_to_string(&full)
            .map_err(|error| format!("{} cannot be read: {error}", with_slashes(&path)))
    }

    /// What every chapter page must have.
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
        self.gathered.faults.push(Fault {
            file: self.file.clone(),
            line,
            message: message.into(),
        });
    }
}

/// A path with `/` between its parts, the same on every system.
pub fn with_slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Gives every line of an included text the indentation of its directive.
fn indented(text: &str, before: &str, alone: bool) -> String {
    match alone {
        true => text.replace('\n', &format!("\n{before}")),
        false => text.to_string(),
    }
}

/// A relative path without `.` and `..`; `None` when it leads out of where it began.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => clean.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !clean.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(clean)
}
