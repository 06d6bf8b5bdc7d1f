//! Takes the simulators' scripts off the pages that have no simulator.
//!
//! mdBook puts every script of `book.toml` on every page. The simulators' are the
//! heaviest, and few pages have one.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Where the simulators' scripts and styles stand in a built book.
const SIMULATORS: &str = "=\"assets/simulator/";

/// How the element of a simulator begins.
const ELEMENT: &str = "<sim-";

/// Trims every page of the built `folder`.
///
/// # Errors
///
/// A page that cannot be read or written.
pub fn trim(folder: &Path) -> Result<()> {
    let cannot = || format!("cannot trim the pages of {}", folder.display());
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        if path.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        let page = fs::read_to_string(&path).with_context(cannot)?;
        if let Some(trimmed) = trimmed(&page) {
            fs::write(&path, trimmed).with_context(cannot)?;
        }
    }
    Ok(())
}

/// The page without what it does not need; `None` when it needs everything.
fn trimmed(page: &str) -> Option<String> {
    let is_needless = |line: &&str| {
        let line = line.trim_start();
        let loads = line.starts_with("<script ") || line.starts_with("<link ");
        loads && line.contains(SIMULATORS)
    };
    if page.contains(ELEMENT) || !page.lines().any(|line| is_needless(&line)) {
        return None;
    }
    let lines = page.split_inclusive('\n');
    Some(lines.filter(|line| !is_needless(line)).collect())
}

#[cfg(test)]
mod tests {
    use super::trimmed;

    const HEAD: &str = "<link rel=\"stylesheet\" href=\"assets/simulator/a.css\">\n";
    const TAIL: &str = "  <script src=\"assets/simulator/b-1.js\"></script>\n";

    #[test]
    fn a_page_without_a_simulator_loads_none() {
        let page = format!("{HEAD}<script src=\"assets/quiz.js\"></script>\n{TAIL}");
        let expected = "<script src=\"assets/quiz.js\"></script>\n";
        assert_eq!(trimmed(&page).as_deref(), Some(expected));
    }

    #[test]
    fn a_page_with_a_simulator_keeps_all() {
        let page = format!("{HEAD}<sim-buffer></sim-buffer>\n{TAIL}");
        assert_eq!(trimmed(&page), None);
    }

    #[test]
    fn text_about_simulators_stays() {
        let page = format!("<p>in <code>x=\"assets/simulator/</code></p>\n{TAIL}");
        let expected = "<p>in <code>x=\"assets/simulator/</code></p>\n";
        assert_eq!(trimmed(&page).as_deref(), Some(expected));
    }
}
