//! The table of shares, `{{#shares}}`: how much of each chapter's code the learner
//! writes. The lines are counted in the solutions.

use course::chapter::{self, Tree};
use course::starter;
use std::fs;
use std::path::Path;

/// Lines of code, without blank lines and comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lines {
    learners: usize,
    given: usize,
}

impl Lines {
    fn row(self, name: &str) -> String {
        let all = self.learners + self.given;
        let share = 100.0 * self.learners as f64 / all.max(1) as f64;
        format!(
            "<tr><td>{name}</td><td>{}</td><td>{}</td><td>{share:.1} %</td></tr>\n",
            self.given, self.learners
        )
    }

    fn add(&mut self, other: Self) {
        self.learners += other.learners;
        self.given += other.given;
    }
}

/// Returns the table as HTML without blank lines.
///
/// # Errors
///
/// Returns an error if a solution can't be read, or if its markers don't fit.
pub fn table(root: &Path) -> Result<String, String> {
    let chapters = chapter::list(root).map_err(|error| error.to_string())?;
    let mut html = String::from(
        "<table>\n<thead><tr><th>chapter</th><th>lines given</th>\
         <th>lines to write</th><th>share</th></tr></thead>\n<tbody>\n",
    );
    let mut total = Lines::default();
    for chapter in &chapters {
        let source = chapter.path(root, Tree::Solutions).join("src");
        let lines = count(&source)?;
        html.push_str(&lines.row(&format!("{} {}", chapter.number(), chapter.noun())));
        total.add(lines);
    }
    html.push_str(&total.row("all"));
    html.push_str("</tbody>\n</table>");
    Ok(html)
}

/// The lines of every file below `folder`.
fn count(folder: &Path) -> Result<Lines, String> {
    let mut lines = Lines::default();
    let entries = fs::read_dir(folder);
    let entries = entries.map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            lines.add(count(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.display().to_string();
            let source = fs::read_to_string(&path);
            let source = source.map_err(|error| format!("{name}: {error}"))?;
            lines.add(of(&name, &source)?);
        }
    }
    Ok(lines)
}

fn of(name: &str, source: &str) -> Result<Lines, String> {
    let cuts = starter::cuts(name, source)?;
    let learners = cuts.iter().map(|cut| cut.lines).sum();
    let clean = starter::clean(source);
    let all = clean.lines().filter(|line| starter::is_code(line)).count();
    Ok(Lines {
        learners,
        given: all - learners,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_the_marks_is_the_learners() {
        let source = "\
//! A file.

pub fn triple(a: u32) -> u32 {
    //? todo!()
    // ANCHOR: cut-triple
    // adding is enough
    let twice = a + a;
    twice + a
    // ANCHOR_END: cut-triple
}
";
        let lines = Lines {
            learners: 2,
            given: 2,
        };
        assert_eq!(of("triple.rs", source), Ok(lines));
        assert!(lines.row("1 sums").contains("<td>50.0 %</td>"));
    }
}
