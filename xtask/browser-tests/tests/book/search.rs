//! The search finds what stands in figures.

use crate::complaints::Complaints;
use anyhow::Result;
use browser::axe;
use browser::session::BrowserSession;
use serde_json::json;
use std::fs;

#[test]
fn the_search_finds_a_word_that_stands_only_in_a_figure() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let mut searched = 0;
    let mut tab = session.tab();
    for page in session.site.pages_with("<figure") {
        tab.open(&session.site.on_disk(&page))?;
        let source = fs::read_to_string(session.site.folder().join(&page))?;
        let script = format!("{}({})", include_str!("search.js"), json!(source));
        let words = axe::lines(&tab.evaluate(&script)?);
        // The list of findings is short: a word of many pages may find only others.
        let mut elsewhere = String::new();
        for other in session.site.pages_with("") {
            if other != page {
                elsewhere += &fs::read_to_string(session.site.folder().join(other))?;
            }
        }
        let elsewhere = elsewhere.to_lowercase();
        let alone = |word: &&String| !elsewhere.contains(&word.to_lowercase());
        let Some(word) = words.iter().find(alone) else {
            continue;
        };
        searched += 1;
        tab.press("/")?;
        tab.wait_until("document.activeElement.id === 'mdbook-searchbar'")?;
        tab.enter_text(word)?;
        let found = format!(
            "[...document.querySelectorAll('#mdbook-searchresults a')]
                .some((link) => link.href.includes({}))",
            json!(page)
        );
        if let Err(fault) = tab.wait_until(&found) {
            complaints.add(&page, [format!("`{word}` is not found: {fault}")]);
        }
    }
    assert!(searched > 0, "no figure has a word of its own");
    complaints.assert_none();
    Ok(())
}
