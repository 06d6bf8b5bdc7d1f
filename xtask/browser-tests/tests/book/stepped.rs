//! Simulators: what they show before anybody plays, what a step changes, and how a run ends.

use crate::complaints::Complaints;
use anyhow::Result;
use browser::axe;
use browser::letters::Letters;
use browser::session::BrowserSession;
use browser::tab::Tab;

/// A page with a stepped simulator, for planted faults.
const PAGE: &str = "chapter-04-messages.html";

/// The sizes at which the steps are gone through.
const SIZES: [(u32, u32); 3] = [(1280, 900), (390, 800), (320, 640)];

#[test]
fn each_step_shows_one_row_more_and_nothing_jumps() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let pages = session.site.pages_with("sim-steps");
    assert!(!pages.is_empty(), "no page has a stepped simulator");
    for page in pages {
        for (width, height) in SIZES {
            let mut tab = session.tab();
            tab.resize(width, height)?;
            tab.open(&session.site.served(&page))?;
            complaints.add(&format!("{page} at {width}"), missteps(&mut tab)?);
        }
    }
    complaints.assert_none();
    Ok(())
}

#[test]
fn a_row_that_is_to_come_and_seen_is_named() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut tab = session.tab();
    tab.open(&session.site.served(PAGE))?;
    tab.evaluate(
        "for (const row of document.querySelectorAll('.sim-steps tbody tr')) {
            row.style.visibility = 'visible';
        }",
    )?;
    let all = missteps(&mut tab)?.join("\n");
    assert!(
        all.contains("rows after step 1"),
        "it is not named in:\n{all}"
    );
    Ok(())
}

#[test]
fn every_preset_is_stepped_to_its_end_and_nothing_jumps() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    // Letters matter most where lines are short.
    let [.., narrowest] = SIZES;
    let others = [Letters::Wide, Letters::Narrow].map(|letters| (narrowest, letters));
    let seen = SIZES.map(|size| (size, Letters::Ordinary));
    for page in session.site.pages_with("<sim-") {
        for ((width, height), letters) in seen.into_iter().chain(others) {
            let mut tab = session.tab();
            tab.resize(width, height)?;
            tab.write_in(letters)?;
            tab.open(&session.site.served(&page))?;
            let jumps = tab.evaluate(include_str!("steady.js"))?;
            let name = format!("{page} at {width}, {letters:?}");
            complaints.add(&name, axe::lines(&jumps));
        }
    }
    complaints.assert_none();
    Ok(())
}

/// Without this, a page in the wrong letters would be measured and nobody would know.
#[test]
fn wide_letters_take_more_room_than_narrow_ones() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut widths = Vec::new();
    for letters in [Letters::Narrow, Letters::Ordinary, Letters::Wide] {
        let mut tab = session.tab();
        tab.write_in(letters)?;
        tab.open(&session.site.served(PAGE))?;
        let width = tab.evaluate(
            "(() => {
                const word = document.createElement('span');
                word.textContent = 'backpressure';
                document.querySelector('main p').append(word);
                return word.getBoundingClientRect().width;
            })()",
        )?;
        widths.push(width.as_f64().unwrap_or_default());
    }
    assert!(
        widths.is_sorted() && widths[0] * 1.2 < widths[2],
        "{widths:?}"
    );
    Ok(())
}

/// Steps every simulator of a page to its end.
const TO_THE_END: &str = "for (const simulator of document.querySelectorAll('.sim')) {
    const step = simulator.querySelector('[data-do=step]');
    while (simulator.dataset.at !== 'end') step.click();
}";

#[test]
fn an_untouched_simulator_gives_nothing_away() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let outcome = "[...document.querySelectorAll('.sim')].flatMap((simulator) =>
        [...simulator.querySelectorAll('figcaption, [role=status]')]
            .filter((part) => part.checkVisibility({ visibilityProperty: true }))
            .map(({ textContent }) => textContent.trim()))";
    let mut complaints = Complaints::default();
    for page in session.site.pages_with("<sim-") {
        let mut tab = session.tab();
        tab.open(&session.site.hosted(&page))?;
        let before = axe::lines(&tab.evaluate(outcome)?);
        tab.evaluate(TO_THE_END)?;
        let after = axe::lines(&tab.evaluate(outcome)?);
        if before.is_empty() || after.len() <= before.len() {
            complaints.add(&page, ["its caption never comes".to_string()]);
        }
        let told = before.iter().filter(|words| after.contains(words));
        complaints.add(&page, told.map(|words| format!("at the start: {words}")));
    }
    complaints.assert_none();
    Ok(())
}

#[test]
fn an_address_brings_its_settings() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut tab = session.tab();
    let page = "chapter-08-backpressure.html";
    let address = format!(
        "{}#sim-window=%7B%22takes%22:12%7D",
        session.site.hosted(page)
    );
    tab.open(&address)?;
    let takes = "document.querySelector('sim-window [name=takes]').value";
    assert_eq!(tab.evaluate(takes)?, "12");
    // What isn't a setting is no fault, and what was shared comes back.
    tab.open(&session.site.hosted(page))?;
    tab.evaluate(
        "(() => {
            const simulator = document.querySelector('sim-window');
            simulator.choose({ takes: 20 });
            simulator.querySelector('[data-do=share]').click();
        })()",
    )?;
    let hash = tab.evaluate("decodeURIComponent(location.hash)")?;
    assert_eq!(hash, "#sim-window={\"takes\":20}");
    Ok(())
}

#[test]
fn a_run_ends_in_the_words_that_stand_on_paper() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let words = "[...document.querySelectorAll('main *')]
        .filter(({ localName }) => localName.startsWith('sim-'))
        .flatMap((simulator) => [...simulator.querySelectorAll(
            'table, [data-text], [data-is], [role=status]')])
        .map((part) => `${part.getAttribute('aria-current')} ${part.textContent}`)";
    let mut complaints = Complaints::default();
    for page in session.site.pages_with("<sim-") {
        let mut without = session.tab();
        without.forbid_scripts()?;
        without.open(&session.site.hosted(&page))?;
        let before = axe::lines(&without.evaluate(words)?);
        assert!(!before.is_empty(), "{page} has no words in its figure");
        let mut with = session.tab();
        with.open(&session.site.hosted(&page))?;
        with.evaluate(TO_THE_END)?;
        let after = axe::lines(&with.evaluate(words)?);
        if before != after {
            let changed = before.iter().zip(&after).find(|(one, other)| one != other);
            complaints.add(&page, [format!("{changed:?}")]);
        }
    }
    complaints.assert_none();
    Ok(())
}

/// What goes wrong on the way through the steps of a page's simulators.
fn missteps(tab: &mut Tab) -> Result<Vec<String>> {
    Ok(axe::lines(&tab.evaluate(include_str!("stepped.js"))?))
}
