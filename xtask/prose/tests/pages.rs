//! A page is read in one go, so it's short.

use std::fs;
use std::path::Path;

/// The most words that a page shows before anything is opened: without code, quizzes, and
/// instructor notes.
const LONGEST: usize = 900;
/// Pages to look something up in.
const REFERENCE: [&str; 4] = [
    "cheat-sheet.md",
    "glossary.md",
    "maintainers.md",
    "SUMMARY.md",
];

/// The words of a page that stand outside comments and fences.
fn words(page: &str) -> usize {
    let (mut words, mut hidden) = (0, None);
    for line in page.lines() {
        match hidden {
            Some(end) => {
                if line.trim_end().ends_with(end) {
                    hidden = None;
                }
            }
            None if line.starts_with("```") => hidden = Some("```"),
            None if line.starts_with("<!--") => hidden = Some("-->"),
            None if line.starts_with("{{#") => {}
            None => words += plain(line).split_whitespace().count(),
        }
    }
    words
}

/// A line without directives, HTML, the targets of links, and the lines of a table.
fn plain(line: &str) -> String {
    let mut plain = line.replace('|', " ");
    for (open, close) in [("{{#", "}}"), ("<", ">"), ("](", ")")] {
        while let Some(start) = plain.find(open) {
            let Some(length) = plain[start..].find(close) else {
                break;
            };
            plain.replace_range(start..start + length + close.len(), " ");
        }
    }
    plain
}

#[test]
fn no_page_is_longer_than_a_reader_stays() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/src");
    let pages = fs::read_dir(folder).expect("the pages");
    let mut long = Vec::new();
    for page in pages.flatten().map(|page| page.path()) {
        let name = page.file_name().unwrap_or_default().to_string_lossy();
        let is_page = name.ends_with(".md") && !REFERENCE.contains(&name.as_ref());
        if is_page {
            let words = words(&fs::read_to_string(&page).expect("a page"));
            if words > LONGEST {
                long.push(format!("{name}: {words} words"));
            }
        }
    }
    long.sort();
    assert!(long.is_empty(), "at most {LONGEST}: {}", long.join(", "));
}

#[test]
fn code_and_notes_are_not_counted() {
    let page =
        "<!-- page\nminutes = 1\n-->\n\n# Two words\n\n```text\nnot these\n```\n";
    assert_eq!(words(page), 3);
    assert_eq!(words("{{#exercise}}\n\n`one` word\n"), 2);
    assert_eq!(words("| [a page](page.md) | {{#measured a b}} |\n"), 2);
}
