//! From a USB stick: the pages open without a web server, and ask for nothing.

use crate::complaints::Complaints;
use anyhow::Result;
use browser::session::BrowserSession;
use browser::site::Site;

#[test]
fn pages_open_from_a_folder_and_load_nothing_from_elsewhere() -> Result<()> {
    opens_quietly(Site::pages_on_disk, Site::on_disk)
}

#[test]
fn pages_open_from_any_web_server_and_ask_it_for_nothing_but_files() -> Result<()> {
    opens_quietly(Site::pages, Site::hosted)
}

fn opens_quietly(
    pages: fn(&Site) -> Vec<String>,
    address: fn(&Site, &str) -> String,
) -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let mut tab = session.tab();
    for page in pages(&session.site) {
        tab.open(&address(&session.site, &page))?;
        let home = address(&session.site, "");
        let own = format!("{home}__wb/");
        let record = tab.record()?;
        complaints.add(&page, record.errors.iter().cloned());
        complaints.add(&page, record.strangers(&[&home]));
        let asked = record
            .requests
            .iter()
            .filter(|request| request.url.starts_with(&own));
        complaints.add(&page, asked.map(|request| request.url.clone()));
    }
    complaints.assert_none();
    Ok(())
}

#[test]
fn a_quiz_is_answered_from_a_folder() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut answered = 0;
    let mut tab = session.tab();
    for page in session.site.pages_with("class=\"quiz\"") {
        tab.open(&session.site.on_disk(&page))?;
        tab.evaluate(
            "(quiz => {
                quiz.querySelector('input[type=radio]').click();
                quiz.requestSubmit();
            })(document.querySelector('.quiz'))",
        )?;
        tab.wait_until(
            "document.querySelector('.quiz [role=status]').innerText !== ''",
        )?;
        answered += 1;
    }
    assert!(answered > 0, "no page has a quiz");
    Ok(())
}

#[test]
fn an_exercise_read_from_a_folder_shows_its_command() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let mut exercises = 0;
    let mut tab = session.tab();
    for page in session.site.pages_on_disk() {
        if !page.ends_with("-exercise.html") {
            continue;
        }
        exercises += 1;
        tab.open(&session.site.on_disk(&page))?;
        if !tab.holds(
            "/cargo xtask check chapter-\\d+/.test(document.querySelector('main').innerText)",
        )? {
            complaints.add(&page, ["no command to copy".to_string()]);
        }
        // What needs the workbook's own server is not offered without it.
        let starts = "[...document.querySelectorAll('.exercise button')]
            .filter((button) => button.checkVisibility()
                && /^(Check|Run|Stop)\\b/.test(button.innerText.trim()))
            .map((button) => `a button that can start nothing: ${button.innerText}`)";
        complaints.add(&page, browser::axe::lines(&tab.evaluate(starts)?));
    }
    assert!(exercises > 0, "no page is an exercise");
    complaints.assert_none();
    Ok(())
}

#[test]
fn an_old_address_leads_to_its_page() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let redirects = session.site.redirects();
    assert!(!redirects.is_empty(), "no page was ever renamed");
    for (old, page) in redirects {
        let file = session.site.folder().join(&page);
        assert!(file.is_file(), "{old} leads to {page}, which isn't there");
    }
    Ok(())
}
