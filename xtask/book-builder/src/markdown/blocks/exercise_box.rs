//! The exercise box, `{{#exercise}}`: where to write, what to type, what is checked.
//!
//! Everything in it comes from the chapter's table of checks. On a page of the live
//! server a script adds the button that grades, and fills in the symbol and the word of
//! each verdict (`book/assets/live/exercise.js`).

use crate::site::html::{escape, inline};
use course::checks_file::Check;

/// Returns the box for the crate in `folder`, which commands call `chapter`, as HTML
/// around Markdown.
pub fn html(chapter: &str, folder: &str, checks: &[Check]) -> String {
    let count = checks.len();
    let words = chapter.replace('-', " ");
    // CommonMark ends an HTML block at a blank line.
    let mut html = format!(
        "<section class=\"exercise\" data-chapter=\"{}\" aria-label=\"Exercise of {}\">\n\
         <p>You write in <code>{}</code>. This grades it, check by check:</p>\n\n\
         ```sh\ncargo xtask check {chapter}\n```\n\n\
         <p class=\"first-output\">The first time it ends with <samp>0 of {count} \
         passed.</samp> Red is expected there: each check waits for code that you \
         write.</p>\n<div class=\"steps\">\n",
        escape(chapter),
        escape(&words),
        escape(folder),
    );
    for (step, checks) in steps(checks) {
        let head = match step {
            Some(file) => format!("<code>{}</code>", escape(file)),
            None => "All of it together".to_string(),
        };
        html.push_str(&format!("<div>\n<p>{head}</p>\n<ul>\n"));
        for check in checks {
            html.push_str(&format!(
                "<li data-check=\"{}\"><span class=\"symbol\" aria-hidden=\"true\"></span>\
                 {}<span class=\"word\"></span></li>\n",
                escape(&check.name),
                inline(&check.title)
            ));
        }
        html.push_str("</ul>\n</div>\n");
    }
    html.push_str("</div>\n</section>");
    html
}

/// Groups the checks by the file that they're about, in the order of the table.
fn steps(checks: &[Check]) -> Vec<(Option<&str>, Vec<&Check>)> {
    let mut steps: Vec<(Option<&str>, Vec<&Check>)> = Vec::new();
    for check in checks {
        let file = check.file.as_deref();
        match steps.iter_mut().find(|(other, _)| *other == file) {
            Some((_, of_file)) => of_file.push(check),
            None => steps.push((file, vec![check])),
        }
    }
    steps
}
