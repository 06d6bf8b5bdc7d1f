//! The frame around a chapter's title: its place in the book, the map, and the facts.

use crate::markdown::blocks::server_map;
use crate::markdown::front_matter::{self, FrontMatter, chapter_number};
use crate::site::html::{escape, inline};

/// Returns the line above the title of a chapter's page, or `None` for a page that
/// doesn't belong to a chapter.
pub fn part_line(file: &str) -> Option<String> {
    let number = front_matter::page_chapter(file)?;
    let part = match number {
        1..=4 => "Part I",
        5..=8 => "Part II",
        9..=13 => "Part III",
        _ => "Capstone",
    };
    Some(format!(
        "<p class=\"eyebrow\">{part} · Chapter {number}</p>\n"
    ))
}

/// Returns what comes below a page's title, as HTML without blank lines.
///
/// The first page of a chapter shows the map.
pub fn facts(file: &str, front_matter: &FrontMatter) -> String {
    let facts = lines(front_matter);
    match front_matter.chapter() {
        Some(number) if front_matter::is_opening(file) => {
            let map = server_map::figure(Some(number));
            format!("<div class=\"chapter-frame\">\n{map}{facts}</div>\n")
        }
        _ => facts,
    }
}

fn lines(front_matter: &FrontMatter) -> String {
    let mut rows = vec![("Time", time(front_matter))];
    if let Some(needs) = &front_matter.needs {
        rows.push(("You need", inline(needs)));
    }
    // The page of the exercise has these facts in its box.
    if front_matter.exercise.is_none()
        && let Some(folder) = &front_matter.crate_folder
    {
        rows.push(("Folder", format!("<code>{}</code>", escape(folder))));
        if let Some(number) = chapter_number(folder) {
            let command = format!("<code>cargo xtask check chapter-{number}</code>");
            rows.push(("Check", command));
        }
    }
    let mut html = String::from("<ul class=\"frame\">\n");
    for (term, fact) in rows {
        html.push_str(&format!("<li><b>{term}</b> {fact}</li>\n"));
    }
    html.push_str("</ul>\n");
    html
}

fn time(front_matter: &FrontMatter) -> String {
    let reading = front_matter.reading;
    match front_matter.exercise {
        None => format!("about {reading} minutes to read"),
        Some(exercise) => {
            format!("about {reading} minutes to read, {exercise} for the exercise")
        }
    }
}
