//! Takes the simulators' scripts off the pages that do not need them.
//!
//! mdBook puts every script of `book.toml` on every page. The simulators' are the
//! heaviest, few pages have one, and no page needs another's.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Where the simulators' scripts and styles stand in a built book.
const SIMULATORS: &str = "=\"assets/simulator/";

/// How the element of a simulator begins.
const ELEMENT: &str = "<sim-";

/// The scripts that only some simulators need: who does, and the script's name. What is
/// not listed is for all of them.
const NEEDED: [(&[&str], &str); 18] = [
    (&["buffer", "pipe"], "writable"),
    (&["buffer"], "buffer"),
    (&["buffer"], "buffer-picture"),
    (&["clients"], "clients"),
    (&["clients"], "clients-picture"),
    (&["names", "exchange", "lines", "errors"], "steps"),
    (&["names"], "names"),
    (&["names"], "names-picture"),
    (&["exchange"], "exchange"),
    (&["exchange"], "exchange-picture"),
    (&["errors"], "errors"),
    (&["errors"], "errors-picture"),
    (&["lines"], "lines"),
    (&["lines"], "lines-picture"),
    (&["pipe"], "pipe"),
    (&["pipe"], "pipe-picture"),
    (&["window"], "window"),
    (&["window"], "window-picture"),
];

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
        loads && file(line).is_some_and(|file| !needs(page, file))
    };
    if !page.lines().any(|line| is_needless(&line)) {
        return None;
    }
    let lines = page.split_inclusive('\n');
    Some(lines.filter(|line| !is_needless(line)).collect())
}

/// The file of the simulators that a line loads, by the name that it has in `book.toml`,
/// without its ending. mdBook puts a hash of the content behind the name.
fn file(line: &str) -> Option<&str> {
    let (_, file) = line.split_once(SIMULATORS)?;
    let (file, _) = file.split_once('.')?;
    let is_hash = |text: &str| {
        text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let plain = file.rsplit_once('-').filter(|(_, hash)| is_hash(hash));
    Some(plain.map_or(file, |(name, _)| name))
}

/// Whether a page has a simulator that works with this file.
fn needs(page: &str, file: &str) -> bool {
    let has = |name: &&str| {
        let element = format!("{ELEMENT}{name}");
        page.contains(&element)
    };
    match NEEDED.iter().find(|(_, name)| *name == file) {
        Some((simulators, _)) => simulators.iter().any(has),
        None => page.contains(ELEMENT),
    }
}

#[cfg(test)]
mod tests {
    use super::{NEEDED, trimmed};

    const HEAD: &str = "<link rel=\"stylesheet\" href=\"assets/simulator/a.css\">\n";
    const TAIL: &str = "  <script src=\"assets/simulator/b-1.js\"></script>\n";

    fn script(name: &str) -> String {
        format!("<script src=\"assets/simulator/{name}-0a1b2c3d.js\"></script>\n")
    }

    #[test]
    fn a_page_without_a_simulator_loads_none() {
        let page = format!("{HEAD}<script src=\"assets/quiz.js\"></script>\n{TAIL}");
        let expected = "<script src=\"assets/quiz.js\"></script>\n";
        assert_eq!(trimmed(&page).as_deref(), Some(expected));
    }

    #[test]
    fn a_page_with_a_simulator_keeps_what_is_for_all() {
        let page = format!("{HEAD}<sim-buffer></sim-buffer>\n{TAIL}");
        assert_eq!(trimmed(&page), None);
    }

    #[test]
    fn a_page_keeps_its_own_simulator_and_loses_the_others() {
        let own = ["writable", "buffer", "buffer-picture"]
            .map(script)
            .concat();
        let others = ["clients", "clients-picture", "steps"].map(script).concat();
        let page = format!("<sim-buffer></sim-buffer>\n{own}{others}{TAIL}");
        let expected = format!("<sim-buffer></sim-buffer>\n{own}{TAIL}");
        assert_eq!(trimmed(&page), Some(expected));
    }

    #[test]
    fn text_about_simulators_stays() {
        let page = format!("<p>in <code>x=\"assets/simulator/</code></p>\n{TAIL}");
        let expected = "<p>in <code>x=\"assets/simulator/</code></p>\n";
        assert_eq!(trimmed(&page).as_deref(), Some(expected));
    }

    #[test]
    fn each_script_that_is_named_here_is_in_the_book() {
        let book = include_str!("../../../../book/book.toml");
        for (_, name) in NEEDED {
            let script = format!("\"assets/simulator/{name}.js\"");
            assert!(book.contains(&script), "{name}");
        }
    }
}
