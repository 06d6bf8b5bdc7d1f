//! The table of wrong beliefs, `{{#catalog}}`: which chapter answers each, and by
//! what. It is made from `solutions/between/catalog.tsv`, and the status from what is there.

use crate::site::html::escape;
use std::collections::BTreeSet;

/// What stands in the workspace and can catch a belief.
#[derive(Clone, Debug, Default)]
pub struct Catchers {
    /// Rows that a wrong solution shows, with the chapter it belongs to.
    pub wrong: BTreeSet<(usize, usize)>,
    /// The names of questions.
    pub quizzes: BTreeSet<String>,
}

impl Catchers {
    /// Adds the wrong solutions of a chapter, as `wrong.toml` lists them.
    pub fn add_wrong(&mut self, chapter: usize, toml: &str) {
        let rows = toml.lines().filter_map(|line| line.strip_prefix("row = "));
        let rows = rows.filter_map(|row| row.trim().parse().ok());
        self.wrong.extend(rows.map(|row| (row, chapter)));
    }

    /// Adds the questions of a page.
    pub fn add_page(&mut self, text: &str) {
        let ids = text.lines().filter_map(|line| line.strip_prefix("id = \""));
        let ids = ids.filter_map(|id| id.split('"').next());
        self.quizzes.extend(ids.map(str::to_string));
    }
}

/// One belief.
struct Row<'a> {
    number: usize,
    belief: &'a str,
    kind: &'a str,
    owner: usize,
    caught_by: &'a str,
}

/// The whole table as HTML without blank lines.
///
/// # Errors
///
/// The line of the first row that has not five fields or no numbers.
pub fn table(tsv: &str, catchers: &Catchers) -> Result<String, String> {
    let mut html = String::from(
        "<table>\n<thead><tr><th>row</th><th>belief</th><th>chapter</th>\
         <th>caught by</th><th>status</th></tr></thead>\n<tbody>\n",
    );
    let mut caught = 0;
    let mut rows = 0;
    for (index, line) in tsv.lines().enumerate().skip(1) {
        let row = row(line).ok_or_else(|| {
            format!("line {}: not a number, three texts and an owner", index + 1)
        })?;
        let status = status(&row, catchers);
        rows += 1;
        caught += usize::from(status == CAUGHT);
        html.push_str(&format!(
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{status}</td></tr>\n",
            row.number,
            escape(row.belief),
            row.owner,
            escape(&words(row.caught_by)),
        ));
    }
    html.push_str(&format!(
        "</tbody>\n</table>\n<p>{caught} of {rows} are caught.</p>\n"
    ));
    Ok(html)
}

const CAUGHT: &str = "caught";

/// Whether something that is there catches it.
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
    let [number, belief, kind, owner, caught_by] = fields[..] else {
        return None;
    };
    Some(Row {
        number: number.parse().ok()?,
        belief,
        kind,
        owner: owner.parse().ok()?,
        caught_by,
    })
}

/// `check:a_b; also 12 check:c` as words that may break.
fn words(caught_by: &str) -> String {
    caught_by.replace(':', ": ").replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TSV: &str = "row\tbelief\tkind\towner\tcaught_by\n\
        1\tA <b>.\tlearner\t2\tcheck:one_thing\n\
        2\tC.\tquiz\t2\tquiz:what; also 3 check:d\n";

    #[test]
    fn a_row_is_caught_by_what_is_there() {
        let mut catchers = Catchers::default();
        let html = table(TSV, &catchers).expect("a table");
        assert_eq!(html.matches("<td>planned</td>").count(), 2, "{html}");
        assert!(html.contains("A &lt;b&gt;."), "{html}");

        // Another chapter's wrong solution does not count for the owner.
        catchers.add_wrong(3, "[[wrong]]\nrow = 1\n");
        catchers.add_page("id = \"what\"\n");
        let html = table(TSV, &catchers).expect("a table");
        assert_eq!(html.matches("<td>caught</td>").count(), 1, "{html}");
        catchers.add_wrong(2, "[[wrong]]\nrow = 1\n");
        let html = table(TSV, &catchers).expect("a table");
        assert!(html.contains("2 of 2 are caught"), "{html}");
    }

    #[test]
    fn a_broken_row_is_named_by_its_line() {
        let message = table("head\n1\tonly", &Catchers::default()).unwrap_err();
        assert!(message.contains("line 2"), "{message}");
    }
}
