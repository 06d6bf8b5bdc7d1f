//! The pages as `cargo xtask book` serves them: what happens while they are open.
//!
//! A scratch copy of the workbook is the learner's. The real server serves it, and the
//! real runner grades it.

mod learner;

use anyhow::{Context, Result};
use browser::session::BrowserSession;
use browser::tab::Tab;
use learner::Learner;
use std::time::Duration;

/// The page whose box grades the first chapter.
const PAGE: &str = "chapter-01-addresses-exercise.html";

/// A run builds the chapter first.
const RUN: Duration = Duration::from_secs(300);

/// The statuses that the box shows, in the order of the page.
const SHOWN: &str = "[...document.querySelectorAll('[data-check]')]
    .map(({ dataset }) => dataset.check + ': ' + dataset.status)";

fn press(tab: &mut Tab, name: &str) -> Result<()> {
    let button = format!(
        "[...document.querySelectorAll('section.exercise button')]
            .find(({{ textContent }}) => textContent === '{name}')"
    );
    tab.wait_until(&format!("{button} !== undefined"))?;
    tab.evaluate(&format!("{button}.click()"))?;
    Ok(())
}

/// Waits until a run is over whose words contain `words`.
fn wait_for_end(tab: &mut Tab, words: &str) -> Result<()> {
    let over = format!(
        "!('running' in document.documentElement.dataset)
            && document.querySelector('.exercise [role=status]')
                .textContent.includes('{words}')"
    );
    Ok(tab.wait_for(&over, RUN)?)
}

/// What the page shows, sorted: the page groups checks by task.
fn shown(tab: &mut Tab) -> Result<Vec<String>> {
    let mut shown = browser::axe::lines(&tab.evaluate(SHOWN)?);
    shown.sort();
    Ok(shown)
}

#[test]
fn an_open_page_shows_a_newer_build_of_itself() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut tab = session.tab();
    tab.open(&session.site.served("index.html"))?;
    let build = "document.querySelector('meta[name=workbook-events]').dataset.build";
    let before = tab.evaluate(build)?;
    tab.evaluate("window.isOld = true")?;

    session
        .site
        .shown()
        .replace(session.site.folder().to_path_buf());
    tab.wait_until("!window.isOld && document.readyState === 'complete'")?;
    assert_ne!(tab.evaluate(build)?, before);
    Ok(())
}

#[test]
fn a_check_from_the_page_says_what_the_terminal_says() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let learner = Learner::new(0)?;
    learner.solve("scope.rs")?;
    let mut tab = session.tab();
    tab.open(&learner.address(PAGE))?;
    press(&mut tab, "Check")?;
    wait_for_end(&mut tab, "passed.")?;

    let graded = learner.terminal()?;
    assert!(
        graded.iter().any(|line| line.ends_with(": passed")),
        "{graded:?}"
    );
    assert!(graded.iter().any(|line| line.ends_with(": not started")));
    assert_eq!(shown(&mut tab)?, graded);

    // The box keeps nobody out, and the sidebar tells how far the learner is.
    assert_eq!(tab.barriers()?, Vec::<String>::new());
    tab.wait_until("document.querySelector('#mdbook-sidebar .standing') !== null")?;
    assert_eq!(tab.record()?.errors, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_file_saved_during_a_run_is_graded_after_it() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let learner = Learner::new(1)?;
    let mut tab = session.tab();
    tab.open(&learner.address(PAGE))?;
    tab.wait_until("document.querySelector('.exercise input') !== null")?;
    tab.evaluate("document.querySelector('.exercise input').click()")?;
    press(&mut tab, "Check")?;
    tab.wait_for("'running' in document.documentElement.dataset", RUN)?;
    for file in learner.unsolved()? {
        learner.solve(&file)?;
    }
    let checks = shown(&mut tab)?.len();
    wait_for_end(&mut tab, &format!("{checks} of {checks} passed."))?;
    assert_eq!(shown(&mut tab)?, learner.terminal()?);
    Ok(())
}

#[test]
fn a_failure_is_still_told_after_a_reload() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let learner = Learner::new(4)?;
    learner.write("scope.rs", &learner.mistaken("scope.rs")?)?;
    let mut tab = session.tab();
    tab.open(&learner.address(PAGE))?;
    press(&mut tab, "Check")?;
    wait_for_end(&mut tab, "passed.")?;
    let story = "document.querySelector('.exercise .story:not([hidden])')?.textContent";
    let told = tab.evaluate(story)?;
    assert!(
        told.as_str().is_some_and(|told| told.contains("expected")),
        "{told}"
    );

    tab.open(&learner.address(PAGE))?;
    tab.wait_until(&format!("{story} !== undefined"))?;
    assert_eq!(tab.evaluate(story)?, told);

    // Each editor gets its own links, and the choice holds.
    let opens = "document.querySelector('.story a[data-path]').href";
    assert!(is_link_of(&tab.evaluate(opens)?, "vscode:"));
    let choose = "(() => {
        const select = document.querySelector('.run select');
        select.value = 'Zed';
        select.dispatchEvent(new Event('change'));
    })()";
    tab.evaluate(choose)?;
    assert!(is_link_of(&tab.evaluate(opens)?, "zed:"));
    tab.open(&learner.address(PAGE))?;
    tab.wait_until(&format!("{story} !== undefined"))?;
    assert!(is_link_of(&tab.evaluate(opens)?, "zed:"));

    // What the compiler says leads to its lines.
    learner.write("scope.rs", "fn broken(")?;
    press(&mut tab, "Check")?;
    let place = "document.querySelector('.said:not([hidden]) a[data-path]')";
    tab.wait_for(&format!("{place} !== null"), RUN)?;
    let path = tab.evaluate(&format!("{place}.dataset.path"))?;
    assert_eq!(path, "exercises/chapter-01-addresses/src/scope.rs");
    tab.wait_for("!('running' in document.documentElement.dataset)", RUN)?;
    tab.open(&learner.address(PAGE))?;
    tab.wait_until(&format!("{place} !== null"))?;
    assert_eq!(tab.record()?.errors, Vec::<String>::new());
    Ok(())
}

fn is_link_of(address: &serde_json::Value, scheme: &str) -> bool {
    let address = address.as_str().unwrap_or_default();
    address.starts_with(scheme) && address.contains("/src/scope.rs")
}

#[cfg(target_os = "linux")]
#[test]
fn a_page_may_stop_the_run_of_another_and_says_when_nobody_serves_it() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut learner = Learner::new(5)?;
    learner.write("scope.rs", &learner.hanging("scope.rs")?)?;
    let mut first = session.tab();
    first.open(&learner.address(PAGE))?;
    press(&mut first, "Check")?;
    let hangs = "document.querySelector('[data-status=running]') !== null";
    first.wait_for(hangs, RUN)?;

    let mut second = session.tab();
    second.open(&learner.address(PAGE))?;
    press(&mut second, "Check")?;
    let refused = "document.querySelector('.exercise [role=status]')
        .textContent.includes('Another run is in progress')";
    second.wait_for(refused, RUN)?;
    press(&mut second, "Stop the other run")?;
    let stopped = "document.querySelector('.exercise [role=status]')
        .textContent.includes('stopped from another page')";
    first.wait_for(stopped, RUN)?;
    second.wait_for(hangs, RUN)?;

    // Both pages hear of the server's end.
    learner.end_server()?;
    for tab in [&mut first, &mut second] {
        tab.wait_for("document.querySelector('.gone-server') !== null", RUN)?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn a_closed_tab_leaves_no_process() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let learner = Learner::new(2)?;
    learner.write("scope.rs", &learner.hanging("scope.rs")?)?;
    let mut tab = session.tab();
    tab.open(&learner.address(PAGE))?;
    press(&mut tab, "Check")?;
    let hangs = "document.querySelector('[data-status=running]') !== null";
    tab.wait_for(hangs, RUN)?;
    learner.wait_for_processes("a check that runs", |count| count > 0)?;
    drop(tab);
    learner.wait_for_processes("every process to be gone", |count| count == 0)
}

#[test]
fn a_page_from_another_origin_starts_nothing() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let learner = Learner::new(3)?;
    let mut own = session.tab();
    own.open(&learner.address(PAGE))?;
    let token =
        own.evaluate("document.querySelector('[name=workbook-token]').content")?;
    let token = token.as_str().context("a token in the page")?;

    // The other page even knows the token.
    let mut foreign = session.tab();
    foreign.open(&session.site.hosted("index.html"))?;
    let target = learner.address("__wb/check/chapter-1");
    for headers in [
        format!("{{ 'x-workbook-token': '{token}' }}"),
        "{}".to_string(),
    ] {
        for mode in ["cors", "no-cors"] {
            let script = format!(
                "fetch('{target}', {{ method: 'POST', mode: '{mode}', headers: {headers} }})
                    .then(({{ type, status }}) => type + ' ' + status, ({{ name }}) => name)"
            );
            let answer = foreign.evaluate(&script)?;
            let answer = answer.as_str().unwrap_or_default();
            assert!(
                ["TypeError", "opaque 0"].contains(&answer),
                "{mode}: {answer}"
            );
        }
    }
    // A form needs no script, and no leave to send.
    foreign.evaluate(&format!(
        "(() => {{
            const form = Object.assign(document.createElement('form'),
                {{ method: 'post', action: '{target}' }});
            document.body.append(form);
            form.submit();
        }})()"
    ))?;
    foreign.wait_until("document.body.innerText.includes('must not send')")?;

    // A run that had started would be in the way of this one.
    press(&mut own, "Check")?;
    wait_for_end(&mut own, "passed.")?;
    Ok(())
}
