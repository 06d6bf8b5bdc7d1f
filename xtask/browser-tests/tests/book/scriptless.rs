//! Without JavaScript everything is there to be read, and the next page in reach.

use crate::complaints::Complaints;
use anyhow::Result;
use browser::axe;
use browser::session::BrowserSession;
use browser::tab::Tab;
use serde_json::json;

#[test]
fn without_scripts_every_question_answer_and_figure_can_be_read() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let mut quizzes = 0;
    let mut tab = session.tab();
    tab.forbid_scripts()?;
    for page in session.site.originals() {
        tab.open(&session.site.hosted(&page))?;
        let ran = tab.holds("document.documentElement.classList.contains('js')")?;
        assert!(!ran, "{page} ran a script all the same");
        quizzes += tab
            .evaluate("document.querySelectorAll('.quiz').length")?
            .as_u64()
            .unwrap_or(0);
        complaints.add(&page, unreadable(&mut tab)?);
    }
    assert!(quizzes > 0, "no page has a quiz, so nothing was looked at");
    complaints.assert_none();
    Ok(())
}

#[test]
fn without_scripts_the_next_page_is_in_reach() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let mut followed = 0;
    let mut tab = session.tab();
    tab.forbid_scripts()?;
    for page in session.site.originals() {
        tab.open(&session.site.hosted(&page))?;
        let next = tab.evaluate("document.querySelector('[rel~=next]')?.href")?;
        // The last page and the page for missing pages have none.
        let Some(next) = next.as_str() else {
            continue;
        };
        let focus = "(link => { link?.focus(); return Boolean(link); })(
            [...document.querySelectorAll('a[rel~=next]')]
                .find((link) => link.checkVisibility()))";
        if tab.evaluate(focus)? == false {
            complaints.add(&page, ["no link to the next page is visible".to_string()]);
            continue;
        }
        tab.press("Enter")?;
        tab.wait_until(&format!("location.href === {}", json!(next)))?;
        followed += 1;
    }
    assert!(followed > 0, "no page has a next one");
    complaints.assert_none();
    Ok(())
}

/// Questions, explanations and tables that can neither be seen nor unfolded.
pub fn unreadable(tab: &mut Tab) -> Result<Vec<String>> {
    Ok(axe::lines(&tab.evaluate(include_str!("scriptless.js"))?))
}
