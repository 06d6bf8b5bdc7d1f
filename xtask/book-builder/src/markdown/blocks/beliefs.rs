//! The cards of wrong beliefs, `{{#catalog}}`: what is true instead, which page
//! explains it, and which check or question catches it. They're made from
//! `solutions/between/catalog.tsv`, and the status shows whether that check or question
//! exists.

use super::server_map;
use crate::site::html::escape;
use std::collections::{BTreeMap, BTreeSet};

/// Everything in the workspace that can catch a belief or explain it.
#[derive(Clone, Debug, Default)]
pub struct Catchers {
    /// The rows that have a wrong solution, with the chapter it belongs to.
    pub wrong: BTreeSet<(usize, usize)>,
    /// The names of questions.
    pub quizzes: BTreeSet<String>,
    /// The pages, by file, each with its title and its anchors.
    pub pages: BTreeMap<String, Page>,
}

/// A page that may explain something.
#[derive(Clone, Debug, Default)]
pub struct Page {
    title: String,
    anchors: BTreeSet<String>,
}

impl Catchers {
    /// Adds the wrong solutions of a chapter, as `wrong.toml` lists them.
    pub fn add_wrong(&mut self, chapter: usize, toml: &str) {
        let rows = toml.lines().filter_map(|line| line.strip_prefix("row = "));
        let rows = rows.filter_map(|row| row.trim().parse().ok());
        self.wrong.extend(rows.map(|row| (row, chapter)));
    }

    /// Adds a page, with its questions.
    pub fn add_page(&mut self, file: &str, text: &str) {
        let ids = text.lines().filter_map(|line| line.strip_prefix("id = \""));
        let ids = ids.filter_map(|id| id.split('"').next());
        self.quizzes.extend(ids.map(str::to_string));

        let mut page = Page::default();
        for line in text.lines().filter(|line| line.starts_with('#')) {
            let heading = line.trim_start_matches('#').trim();
            let (words, anchor) = heading.split_once("{#").unwrap_or((heading, ""));
            if page.title.is_empty() && line.starts_with("# ") {
                page.title = words.trim().to_string();
            }
            page.anchors
                .insert(anchor.trim_end_matches('}').to_string());
        }
        self.pages.insert(file.to_string(), page);
    }
}

/// One belief.
struct Row<'a> {
    number: usize,
    belief: &'a str,
    kind: &'a str,
    owner: usize,
    caught_by: &'a str,
    truth: &'a str,
    page: &'a str,
}

/// All beliefs as cards, with a heading for each chapter.
///
/// # Errors
///
/// Returns the line of the first row that doesn't have seven fields, has an invalid
/// number, or names a page or an anchor that doesn't exist.
pub fn cards(tsv: &str, catchers: &Catchers) -> Result<String, String> {
    let mut chapters: BTreeMap<usize, String> = BTreeMap::new();
    let mut caught = 0;
    let mut rows = 0;
    for (index, line) in tsv.lines().enumerate().skip(1) {
        let row = row(line).ok_or_else(|| {
            format!(
                "line {}: not a number, two texts, an owner, and three texts",
                index + 1
            )
        })?;
        let link = link(row.page, catchers)
            .map_err(|message| format!("line {}: {message}", index + 1))?;
        let status = status(&row, catchers);
        rows += 1;
        caught += usize::from(status == CAUGHT);
        let status = match status {
            CAUGHT => String::new(),
            other => format!(" ({other})"),
        };
        chapters.entry(row.owner).or_default().push_str(&format!(
            "<section class=\"card\" id=\"belief-{}\">\n<p class=\"belief\">{}</p>\n\
             <p>{}</p>\n<p class=\"where\">{link} <span>{}{status}</span></p>\n</section>\n",
            row.number,
            with_code(row.belief),
            with_code(row.truth),
            escape(&words(row.caught_by)),
        ));
    }
    let mut text = String::new();
    for (number, cards) in chapters {
        let noun = server_map::noun(number);
        let (first, rest) = noun.split_at(noun.len().min(1));
        text.push_str(&format!(
            "## {number} {}{rest} {{#chapter-{number}}}\n\n\
             <div class=\"cards beliefs\">\n{cards}</div>\n\n",
            first.to_uppercase()
        ));
    }
    text.push_str(&format!("<p>{caught} of {rows} are caught.</p>\n"));
    Ok(text)
}

const CAUGHT: &str = "caught";

/// Returns a link to the page that explains a belief, `page.md#anchor`.
fn link(target: &str, catchers: &Catchers) -> Result<String, String> {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let page = catchers.pages.get(file);
    let page = page.ok_or_else(|| format!("there is no page `{file}`"))?;
    if !anchor.is_empty() && !page.anchors.contains(anchor) {
        return Err(format!("`{file}` has no anchor `{anchor}`"));
    }
    Ok(format!(
        "<a href=\"{}\">{}</a>",
        escape(&target.replacen(".md", ".html", 1)),
        escape(&page.title)
    ))
}

/// Converts text in which backticks mark code.
fn with_code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(index, part)| match index % 2 {
        0 => escape(&part.replace('\'', "’")),
        _ => format!("<code>{}</code>", escape(part)),
    });
    parts.collect()
}

/// Returns whether something that exists catches it.
fn status(row: &Row<'_>, catchers: &Catchers) -> &'static str {
    let is_caught = match row.kind {
        "quiz" => row
            .caught_by
            .split([';', ' '])
            .filter_map(|word| word.strip_prefix("quiz:"))
            .any(|id| catchers.quizzes.contains(id)),
        "maintainers" => return "a test of ours",
        _ => catchers.wrong.contains(&(row.number, row.owner)),
    };
    if is_caught { CAUGHT } else { "planned" }
}

fn row(line: &str) -> Option<Row<'_>> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [number, belief, kind, owner, caught_by, truth, page] = fields[..] else {
        return None;
    };
    Some(Row {
        number: number.parse().ok()?,
        belief,
        kind,
        owner: owner.parse().ok()?,
        caught_by,
        truth,
        page,
    })
}

/// Returns `check:a_b; also 12 check:c` as words that may be wrapped.
fn words(caught_by: &str) -> String {
    caught_by.replace(':', ": ").replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TSV: &str = "row\tbelief\tkind\towner\tcaught_by\ttruth\tpage\n\
        1\tA <b>.\tlearner\t2\tcheck:one_thing\tNot `<b>`.\tp.md#why\n\
        2\tC.\tquiz\t2\tquiz:what; also 3 check:d\tD.\tp.md\n";
    const PAGE: &str = "# A page {#top}\n\n## Why {#why}\n";

    #[test]
    fn a_row_is_caught_by_what_is_there() {
        let mut catchers = Catchers::default();
        catchers.add_page("p.md", PAGE);
        let html = cards(TSV, &catchers).expect("cards");
        assert_eq!(html.matches("(planned)").count(), 2, "{html}");
        assert!(html.contains("A &lt;b&gt;."), "{html}");

        // A wrong solution of another chapter doesn't count for the chapter that owns
        // the belief.
        catchers.add_wrong(3, "[[wrong]]\nrow = 1\n");
        catchers.add_page("q.md", "id = \"what\"\n");
        let html = cards(TSV, &catchers).expect("cards");
        assert_eq!(html.matches("(planned)").count(), 1, "{html}");
        catchers.add_wrong(2, "[[wrong]]\nrow = 1\n");
        let html = cards(TSV, &catchers).expect("cards");
        assert!(html.contains("2 of 2 are caught"), "{html}");
    }

    #[test]
    fn a_card_says_what_is_true_and_where() {
        let mut catchers = Catchers::default();
        catchers.add_page("p.md", PAGE);
        let html = cards(TSV, &catchers).expect("cards");
        assert!(html.contains("## 2 Names {#chapter-2}"), "{html}");
        assert!(html.contains("Not <code>&lt;b&gt;</code>."), "{html}");
        let link = "<a href=\"p.html#why\">A page</a>";
        assert!(html.contains(link), "{html}");
        let message = cards(&TSV.replace("#why", "#gone"), &catchers).unwrap_err();
        assert!(message.contains("line 2"), "{message}");
    }

    #[test]
    fn a_broken_row_is_named_by_its_line() {
        let message = cards("head\n1\tonly", &Catchers::default()).unwrap_err();
        assert!(message.contains("line 2"), "{message}");
    }
}
