//! With a keyboard alone, at twice the usual size, everything is in reach.

use crate::complaints::Complaints;
use anyhow::{Result, bail};
use browser::desk::Desk;
use browser::tab::Tab;

/// How many presses of Tab a reader may need to come to something.
const PRESSES: usize = 200;

/// The chapter whose pages have everything that is used here.
const CHAPTER: &str = "chapter-05-";

/// A page of 1280 × 1600 pixels, magnified two times.
const SIZE: (u32, u32) = (640, 800);

/// Opens each page of the chapter and follows a script of keys in it.
fn on_each_page(script: fn(&mut Tab) -> Result<()>) -> Result<()> {
    let Some(desk) = Desk::shared() else {
        return Ok(());
    };
    let mut pages = desk.site.pages();
    pages.retain(|page| page.starts_with(CHAPTER));
    assert!(!pages.is_empty(), "there is no page {CHAPTER}…");
    let mut complaints = Complaints::default();
    for page in pages {
        let mut tab = desk.tab();
        tab.resize(SIZE.0, SIZE.1)?;
        tab.open(&desk.site.served(&page))?;
        if let Err(error) = script(&mut tab) {
            complaints.add(&page, [format!("{error:#}")]);
        }
    }
    complaints.assert_none();
    Ok(())
}

fn reach(tab: &mut Tab, selector: &str) -> Result<()> {
    match tab.tab_to(selector, PRESSES)? {
        Ok(_) => Ok(()),
        Err(way) => bail!(way),
    }
}

#[test]
fn the_first_stop_leads_past_the_menu() -> Result<()> {
    on_each_page(|tab| {
        tab.press("Tab")?;
        if !tab.is_focused(".skip-link")? {
            bail!("the first stop is {}", tab.focused()?);
        }
        tab.press("Enter")?;
        tab.wait_until("document.activeElement === document.querySelector('main')")?;
        // The next stop is in the text, not in the menu again.
        tab.press("Tab")?;
        if !tab.is_focused("main *")? {
            bail!("after the skip link comes {}", tab.focused()?);
        }
        Ok(())
    })
}

#[test]
fn the_chapters_are_opened_with_enter() -> Result<()> {
    on_each_page(|tab| {
        let button = "[aria-controls='mdbook-sidebar']";
        reach(tab, button)?;
        let expanded = |is: bool| {
            format!("document.activeElement.getAttribute('aria-expanded') === '{is}'")
        };
        tab.wait_until(&expanded(false))?;
        tab.press("Enter")?;
        tab.wait_until(&expanded(true))?;
        reach(tab, "#mdbook-sidebar a[href]")?;
        tab.wait_until(
            "(({ left, right }) => left >= 0 && right > 0)(
                document.activeElement.getBoundingClientRect())",
        )?;
        Ok(())
    })
}

#[test]
fn a_word_is_searched_and_its_page_opened() -> Result<()> {
    on_each_page(|tab| {
        tab.press("/")?;
        tab.wait_until("document.activeElement.id === 'mdbook-searchbar'")?;
        tab.enter_text("glossary")?;
        tab.wait_until("document.querySelector('#mdbook-searchresults a') !== null")?;
        reach(tab, "#mdbook-searchresults a")?;
        let link = tab.evaluate("document.activeElement.pathname")?;
        tab.press("Enter")?;
        tab.wait_until(&format!("location.pathname === {link}"))?;
        Ok(())
    })
}

#[test]
fn a_quiz_is_answered_and_the_focus_goes_to_the_result() -> Result<()> {
    let Some(desk) = Desk::shared() else {
        return Ok(());
    };
    let mut answered = 0;
    for page in desk.site.pages_with("class=\"quiz\"") {
        let mut tab = desk.tab();
        tab.resize(SIZE.0, SIZE.1)?;
        tab.open(&desk.site.served(&page))?;
        reach(&mut tab, ".quiz input[type=radio]")?;
        tab.press("ArrowDown")?;
        tab.wait_until("document.activeElement.matches(':checked')")?;
        tab.press("Enter")?;
        tab.wait_until(
            "document.activeElement.matches('.quiz [role=status], .quiz [role=status] *')
                && document.activeElement.innerText.trim() !== ''",
        )?;
        answered += 1;
    }
    assert!(answered > 0, "no page has a quiz");
    Ok(())
}

#[test]
fn the_next_page_is_reached() -> Result<()> {
    on_each_page(|tab| {
        let next = tab.evaluate("document.querySelector('[rel~=next]').href")?;
        reach(tab, "a[rel~=next]")?;
        tab.press("Enter")?;
        tab.wait_until(&format!("location.href === {next}"))?;
        Ok(())
    })
}

#[test]
fn plain_arrows_never_leave_a_page() -> Result<()> {
    on_each_page(|tab| match departure(tab)? {
        None => Ok(()),
        Some(to) => bail!(to),
    })
}

/// Presses the arrows that turn mdBook's pages, and says where they led.
pub fn departure(tab: &mut Tab) -> Result<Option<String>> {
    for arrow in ["ArrowRight", "ArrowLeft"] {
        tab.press(arrow)?;
        if let Some(to) = tab.record()?.departures.first() {
            return Ok(Some(format!("{arrow} leads to {to}")));
        }
    }
    Ok(None)
}

#[test]
fn tab_goes_through_a_whole_page_and_comes_back() -> Result<()> {
    on_each_page(|tab| match trap(tab)? {
        None => Ok(()),
        Some(way) => bail!(way),
    })
}

/// Goes round the page with Tab; says where the way ended when it does not come back.
pub fn trap(tab: &mut Tab) -> Result<Option<String>> {
    let stops = tab.evaluate(
        "document.querySelectorAll(
            'a[href], button, input, select, textarea, summary, [tabindex]').length",
    )?;
    // The browser's own frame takes a stop or two.
    let limit = stops.as_u64().unwrap_or(0) as usize + 5;
    tab.press("Tab")?;
    Ok(tab.tab_to(".skip-link", limit)?.err())
}

#[test]
fn each_control_of_a_simulator_is_reached_and_steps() -> Result<()> {
    let Some(desk) = Desk::shared() else {
        return Ok(());
    };
    let mut stepped = 0;
    let mut complaints = Complaints::default();
    for page in desk.site.pages_with("<sim-") {
        for key in ["Enter", "Space"] {
            let mut tab = desk.tab();
            tab.resize(SIZE.0, SIZE.1)?;
            tab.open(&desk.site.served(&page))?;
            let names = tab.evaluate(
                "[...new Set([...document.querySelectorAll('main *')]
                    .map(({ localName }) => localName)
                    .filter((name) => name.startsWith('sim-')))]",
            )?;
            for name in browser::axe::lines(&names) {
                stepped += 1;
                if let Err(error) = step(&mut tab, &name, key) {
                    complaints.add(&page, [format!("{name} with {key}: {error:#}")]);
                }
            }
        }
    }
    assert!(stepped > 0, "no page has a simulator");
    complaints.assert_none();
    Ok(())
}

/// Goes through the controls of a simulator, and presses its Step.
fn step(tab: &mut Tab, name: &str, key: &str) -> Result<()> {
    // Marks what must be reached; a group of radio buttons is one stop.
    tab.evaluate(&format!(
        "for (const control of document.querySelectorAll(
            '{name} :is(button, select, input[type=range], input[type=checkbox])')) {{
            if (control.checkVisibility() && !control.disabled) control.dataset.due = '';
        }}"
    ))?;
    if tab.holds(&format!(
        "document.querySelector('{name} [data-due]') === null"
    ))? {
        bail!("it has no control");
    }
    tab.evaluate(
        "document.activeElement.blur(); document.querySelector('main').focus()",
    )?;
    for _ in 0..PRESSES {
        tab.press("Tab")?;
        tab.evaluate("delete document.activeElement.dataset.due")?;
        if tab.holds(&format!(
            "document.querySelector('{name} [data-due]') === null"
        ))? {
            break;
        }
    }
    let left = tab.evaluate(&format!(
        "[...document.querySelectorAll('{name} [data-due]')]
            .map((control) => control.innerText || control.id || control.type).join()"
    ))?;
    if left != "" {
        bail!("never reached: {left}");
    }
    let words =
        tab.evaluate(&format!("document.querySelector('{name}').textContent"))?;
    tab.evaluate(&format!(
        "[...document.querySelectorAll('{name} button')]
            .find(({{ innerText }}) => innerText.trim().startsWith('Step')).focus()"
    ))?;
    tab.press(key)?;
    tab.wait_until(&format!(
        "document.querySelector('{name}').textContent !== {words}"
    ))?;
    Ok(())
}
