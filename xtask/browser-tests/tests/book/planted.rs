//! Each probe complains when there is something to complain about.
//!
//! A good page is opened, one fault is planted in it, and the probe that the other
//! tests trust must name it.

use crate::{keyboard, narrow, printed, scriptless, still};
use anyhow::Result;
use browser::error::Error;
use browser::session::BrowserSession;
use browser::tab::Tab;
use std::time::Duration;

/// The page that faults are planted in; it has a quiz and a figure.
const PAGE: &str = "chapter-05-naive.html";

/// The name leads nowhere: the request is seen, and fails.
const FOREIGN_IMAGE: &str = "new Promise((done) => {
    const image = new Image();
    image.onload = image.onerror = () => done(0);
    image.src = 'http://elsewhere.invalid/picture.png';
})";

/// Opens the page and plants a fault by a script.
fn plant(
    script: &str,
    probe: impl FnOnce(&mut Tab, &BrowserSession) -> Result<()>,
) -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut tab = session.tab();
    tab.open(&session.site.hosted(PAGE))?;
    tab.evaluate(script)?;
    probe(&mut tab, &session)
}

#[track_caller]
fn assert_named(complaints: &[String], words: &str) {
    let all = complaints.join("\n");
    assert!(all.contains(words), "`{words}` is not named in:\n{all}");
}

#[test]
fn pale_text_is_named() -> Result<()> {
    let script = "document.querySelector('main p').style.color = '#aaa'";
    plant(script, |tab, _| {
        assert_named(&tab.barriers()?, "color-contrast");
        assert_named(&tab.faint()?, "color-contrast");
        Ok(())
    })
}

#[test]
fn an_image_from_elsewhere_is_named() -> Result<()> {
    plant(FOREIGN_IMAGE, |tab, session| {
        let home = session.site.hosted("");
        let strangers = tab.record()?.strangers(&[&home]);
        assert_named(&strangers, "http://elsewhere.invalid/picture.png");
        Ok(())
    })
}

#[test]
fn an_image_from_elsewhere_is_refused_by_our_own_server() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut tab = session.tab();
    tab.open(&session.site.served(PAGE))?;
    tab.evaluate(FOREIGN_IMAGE)?;
    assert_named(&tab.record()?.errors, "Content Security Policy");
    Ok(())
}

#[test]
fn errors_on_the_console_and_thrown_ones_are_named() -> Result<()> {
    let script = "console.error('planted'); new Promise((done) => {
        setTimeout(() => { setTimeout(done); throw new Error('thrown'); });
    })";
    plant(script, |tab, _| {
        let errors = &tab.record()?.errors;
        assert_named(errors, "planted");
        assert_named(errors, "uncaught: Error: thrown");
        Ok(())
    })
}

#[test]
fn what_stands_out_of_the_page_is_named() -> Result<()> {
    let script = "document.querySelector('main p').style.width = '200vw'";
    plant(script, |tab, _| {
        assert_named(&narrow::overflow(tab)?, "pixels");
        Ok(())
    })
}

#[test]
fn a_dark_ground_pale_text_and_folds_on_paper_are_named() -> Result<()> {
    let script = "document.querySelector('main pre').style.background = '#222';
        document.querySelector('main p').style.color = '#888';";
    plant(script, |tab, _| {
        let complaints = printed::unprintable(tab)?;
        assert_named(&complaints, "pre has a dark ground");
        assert_named(&complaints, "p has text of 3.5:1");
        assert_named(&complaints, "folded: Answer and why");
        Ok(())
    })
}

#[test]
fn a_hidden_answer_is_named() -> Result<()> {
    let script = "document.querySelector('.quiz details').hidden = true";
    plant(script, |tab, _| {
        let complaints = scriptless::unreadable(tab)?;
        assert_named(&complaints, "0 explanations");
        Ok(())
    })
}

#[test]
fn a_figure_that_moves_is_named() -> Result<()> {
    let script = "document.querySelector('figure').animate(
        { opacity: [0, 1] }, { duration: 1e6, iterations: Infinity });";
    plant(script, |tab, _| {
        assert_named(&still::moving(tab)?, "runs on figure");
        Ok(())
    })
}

#[test]
fn words_that_change_of_themselves_are_named() -> Result<()> {
    let script = "(function change() {
        document.querySelector('figcaption').textContent = Math.random();
        requestAnimationFrame(change);
    })()";
    plant(script, |tab, _| {
        assert_named(&still::moving(tab)?, "changes of itself");
        Ok(())
    })
}

#[test]
fn a_key_that_turns_the_page_is_named() -> Result<()> {
    plant("0", |tab, session| {
        // Before the page's own listener, which stops the arrows.
        tab.before_load(
            "addEventListener('keydown', ({ key }) => {
                if (key === 'ArrowLeft') location.href = 'plot.html';
            }, true)",
        )?;
        tab.open(&session.site.hosted(PAGE))?;
        let found = keyboard::departure(tab)?.unwrap_or_default();
        assert!(found.contains("ArrowLeft leads to"), "{found}");
        Ok(())
    })
}

#[test]
fn a_trap_for_the_keyboard_is_named() -> Result<()> {
    let script = "document.querySelector('.quiz input').addEventListener('blur',
        ({ target }) => setTimeout(() => target.focus()))";
    plant(script, |tab, _| {
        let trap = keyboard::trap(tab)?.unwrap_or_default();
        assert!(trap.contains("didn't reach"), "{trap}");
        Ok(())
    })
}

#[test]
fn a_wait_in_vain_names_its_condition() -> Result<()> {
    plant("0", |tab, _| {
        let fault = tab.wait_for("1 > 2", Duration::from_millis(1));
        assert!(
            matches!(fault, Err(Error::Deadline { awaited, .. }) if awaited == "1 > 2")
        );
        Ok(())
    })
}

#[test]
fn a_script_that_throws_is_a_fault() -> Result<()> {
    plant("0", |tab, _| {
        let fault = tab.evaluate("Promise.reject(new TypeError('planted'))");
        assert!(matches!(fault, Err(Error::Thrown(what)) if what.contains("planted")));
        Ok(())
    })
}

#[test]
fn each_tab_has_a_storage_of_its_own() -> Result<()> {
    plant("localStorage.setItem('planted', 'yes')", |_, session| {
        let mut other = session.tab();
        other.open(&session.site.hosted(PAGE))?;
        assert!(other.evaluate("localStorage.getItem('planted')")?.is_null());
        Ok(())
    })
}

#[test]
fn pale_words_in_a_picture_on_paper_are_named() -> Result<()> {
    let script = "document.querySelector('main').insertAdjacentHTML('beforeend',
        `<svg width=99 height=30><rect width=99 height=30 fill=navy></rect>
            <text y=20 fill=black>sunken</text></svg>`)";
    plant(script, |tab, _| {
        assert_named(&printed::unprintable(tab)?, "\"sunken\" is 1.");
        Ok(())
    })
}
