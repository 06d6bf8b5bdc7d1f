//! Directives, `{{#…}}`, which insert content from elsewhere into a page.

use super::{Page, with_slashes};
use crate::error::Error;
use crate::live::live_plot_command;
use crate::markdown::blocks::beliefs::{self, Catchers};
use crate::markdown::blocks::exercise_box;
use crate::markdown::blocks::hints;
use crate::markdown::blocks::hours::Hours;
use crate::markdown::blocks::live_plot;
use crate::markdown::blocks::measured_value;
use crate::markdown::blocks::server_map;
use crate::markdown::blocks::shares;
use crate::markdown::blocks::side_by_side;
use crate::markdown::front_matter;
use course::anchors;
use course::checks_file::{Check, ChecksFile};
use std::path::{Component, Path, PathBuf};

impl Page<'_> {
    /// Expands the directives of one line.
    pub(super) fn line(&mut self, number: usize, line: &str) -> String {
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
            ["hours", chapters @ ..] => self.hours(chapters),
            ["map"]
            | ["include", _]
            | ["beside", ..]
            | ["exercise"]
            | ["hints", ..]
            | ["live-plot"]
            | ["catalog"]
            | ["shares"]
                if !alone =>
            {
                Err(format!("`{{{{#{inside}}}}}` must be on a line of its own"))
            }
            ["map"] => Ok(server_map::figure(None).trim_end().to_string()),
            ["include", target] => self.include(target),
            ["beside", node, rust] => Ok(side_by_side::beside(
                &self.include(node)?,
                &self.include(rust)?,
            )),
            ["exercise"] => self.exercise(number),
            ["hints", names @ ..] => self.hints(number, names),
            ["live-plot"] => self.live_plot(),
            ["catalog"] => self.catalog(),
            ["shares"] => shares::table(self.root),
            _ => Err(format!(
                "`{{{{#{inside}}}}}` is not known here; known are include PATH:ANCHOR, \
                 beside NODE RUST, map, exercise, hints FILE…, hours CHAPTER…, \
                 live-plot, catalog, shares, measured FILE KEY"
            )),
        }
    }

    fn include(&mut self, target: &str) -> Result<String, String> {
        let (path, anchor) = match target.split_once(':') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (target, None),
        };
        if anchor.is_some_and(|anchor| anchor.starts_with(|c: char| c.is_numeric())) {
            return Err(format!(
                "`{target}`: name an anchor, because line numbers change"
            ));
        }
        let page = Path::new("book/src").join(self.path);
        let folder = page.parent().unwrap_or(Path::new(""));
        let source = self.read(&folder.join(path))?;
        let shown = match anchor {
            Some(anchor) => anchors::anchored(&source, anchor),
            None => anchors::whole(&source),
        };
        shown.map_err(|message| format!("{path}: {message}"))
    }

    fn measured(&mut self, file: &str, key: &str) -> Result<String, String> {
        let path = format!("book/measured/{file}.json");
        let json = self.read(Path::new(&path))?;
        measured_value::value(&json, key).map_err(|message| format!("{path} {message}"))
    }

    fn hours(&mut self, chapters: &[&str]) -> Result<String, String> {
        let chapters: Result<Vec<u32>, _> =
            chapters.iter().map(|chapter| chapter.parse()).collect();
        let chapters = chapters.map_err(|_| "`hours` takes chapter numbers")?;
        let mut hours = Hours::default();
        for path in self.below("book/src")? {
            if path.extension().is_some_and(|kind| kind == "md") {
                hours.add(&chapters, &path, &self.read(&path)?)?;
            }
        }
        hours.text()
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
        let servers = live_plot_command::servers(self.root);
        live_plot::html(&servers, &csv, &json)
            .map_err(|message| format!("book/measured/page.csv or page.json {message}"))
    }

    fn catalog(&mut self) -> Result<String, String> {
        let mut catchers = Catchers::default();
        for path in self.below("book/src")? {
            if path.extension().is_some_and(|kind| kind == "md") {
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                catchers.add_page(&file, &self.read(&path)?);
            }
        }
        for folder in self.below("solutions")? {
            let wrong = folder.join("wrong.toml");
            let number = front_matter::chapter_number(&with_slashes(&folder));
            if let Some(number) = number.filter(|_| self.root.join(&wrong).is_file()) {
                catchers.add_wrong(number, &self.read(&wrong)?);
            }
        }
        let file = "solutions/between/catalog.tsv";
        let tsv = self.read(Path::new(file))?;
        beliefs::cards(&tsv, &catchers).map_err(|message| format!("{file}: {message}"))
    }

    /// Returns the contents of a folder, relative to the workspace.
    fn below(&self, folder: &str) -> Result<Vec<PathBuf>, String> {
        let entries = std::fs::read_dir(self.root.join(folder))
            .map_err(|error| format!("{folder} cannot be read: {error}"))?;
        let names = entries.flatten().map(|entry| entry.file_name());
        Ok(names.map(|name| Path::new(folder).join(name)).collect())
    }

    /// Returns the chapter's name in commands, and its crate folder.
    fn chapter(&self, who: &str) -> Result<(String, String), String> {
        let Some(folder) = self.front_matter.crate_folder.clone() else {
            return Err(format!("{who} `crate = \"…\"` in the front matter"));
        };
        let name = front_matter::chapter_name(&folder);
        Ok((name.unwrap_or_else(|| folder.clone()), folder))
    }

    /// Returns the checks of a table. If the table is invalid, reports that and returns
    /// none.
    pub(super) fn checks(&mut self, number: usize, file: &str) -> Vec<Check> {
        let toml = match self.read(Path::new(file)) {
            Ok(toml) => toml,
            Err(message) => {
                self.fault(number, message);
                return Vec::new();
            }
        };
        match ChecksFile::parse(Path::new(file), &toml) {
            Ok(checks_file) => checks_file.checks,
            Err(error) => {
                let fault = Error::of_file(file, &error);
                if !self.gathered.faults.contains(&fault) {
                    self.gathered.faults.push(fault);
                }
                Vec::new()
            }
        }
    }

    /// Reads a file of the workspace, and records that this page depends on it.
    pub(super) fn read(&mut self, path: &Path) -> Result<String, String> {
        let Some(path) = inside(path) else {
            let path = with_slashes(path);
            return Err(format!("`{path}` leads out of the workspace"));
        };
        let full = self.root.join(&path);
        self.gathered.inputs.insert(full.clone());
        std::fs::read_to_string(&full)
            .map_err(|error| format!("{} cannot be read: {error}", with_slashes(&path)))
    }
}

/// Gives every line of an included text the indentation of its directive.
fn indented(text: &str, before: &str, alone: bool) -> String {
    if alone {
        text.replace('\n', &format!("\n{before}"))
    } else {
        text.to_string()
    }
}

/// Returns a relative path without `.` and `..`, or `None` if it leads out of the
/// folder where it begins.
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
