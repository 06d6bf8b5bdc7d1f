//! Hints: three levels for each check, from the chapter's `checks.toml`, folded.
//! A page writes `{{#hints}}` for all checks of its crate,
//! `{{#hints src/subnet.rs}}` for those of one task, or the names of checks.

use crate::site::html::{escape, inline};
use course::checks_file::{Check, HINTS};

/// Returns the checks of a table that `names` refers to, which are names of tasks or
/// checks. They're in the order of the table. Without names, returns all.
///
/// # Errors
///
/// Returns the first name that is neither a task nor a check.
pub fn chosen<'a>(
    checks: &'a [Check],
    names: &[&str],
) -> Result<Vec<&'a Check>, String> {
    let is_meant = |check: &Check, name: &str| {
        check.name == name || check.file.as_deref() == Some(name)
    };
    for name in names {
        if !checks.iter().any(|check| is_meant(check, name)) {
            return Err(format!("there is no check or task called `{name}`"));
        }
    }
    Ok(checks
        .iter()
        .filter(|check| {
            names.is_empty() || names.iter().any(|name| is_meant(check, name))
        })
        .collect())
}

/// Returns the hints of some checks, with each level folded, as HTML around Markdown.
///
/// `chapter` is part of the anchors, so that those of two chapters differ on the
/// printed page.
pub fn folded(chapter: &str, checks: &[&Check]) -> String {
    let mut text = String::new();
    for check in checks {
        text.push_str(&format!(
            "<details class=\"hints\" id=\"hint-{}-{}\">\n<summary>{}</summary>\n\n",
            escape(chapter),
            escape(&check.name),
            inline(&check.title)
        ));
        for (level, hint) in check.hints.iter().enumerate() {
            // CommonMark ends an HTML block at a blank line.
            text.push_str(&format!(
                "<details>\n<summary>Hint {} of {HINTS}</summary>\n\n{hint}\n\n\
                 </details>\n\n",
                level + 1
            ));
        }
        text.push_str("</details>\n\n");
    }
    text
}
