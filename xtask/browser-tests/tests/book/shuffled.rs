//! Quizzes: each reader has an order of options, and keeps it.

use anyhow::{Context, Result, ensure};
use browser::session::BrowserSession;

/// The options of all quizzes of a page, in their order.
const ORDER: &str = "[...document.querySelectorAll('.quiz')].map(quiz =>
    [...quiz.querySelectorAll('input')].map(input => input.value).join('')
        + [...quiz.querySelectorAll('li')].map(li => li.dataset.option).join(''))
    .join(' ')";

#[test]
fn each_reader_has_an_order_of_options_and_keeps_it() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let pages = session.site.pages_with("class=\"quiz\"");
    let page = pages.first().context("no page has a quiz")?;
    let mut tab = session.tab();
    let mut orders = Vec::new();
    for seed in 1..=8 {
        tab.open(&session.site.served(page))?;
        tab.evaluate(&format!("localStorage['flat-memory:seed'] = '{seed}'"))?;
        tab.open(&session.site.served(page))?;
        let order = tab.evaluate(ORDER)?;
        tab.open(&session.site.served(page))?;
        ensure!(
            tab.evaluate(ORDER)? == order,
            "reader {seed} sees another order"
        );
        let text = order.as_str().context("an order")?;
        for quiz in text.split(' ') {
            let (inputs, answers) = quiz.split_at(quiz.len() / 2);
            ensure!(inputs == answers, "options {inputs}, answers {answers}");
        }
        orders.push(text.to_owned());
    }
    orders.sort();
    orders.dedup();
    ensure!(
        orders.len() > 2,
        "eight readers see {} orders",
        orders.len()
    );
    Ok(())
}

#[test]
fn the_option_that_was_chosen_is_judged_and_chosen_again_on_return() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut tab = session.tab();
    for page in session.site.pages_with("class=\"quiz\"") {
        tab.open(&session.site.served(&page))?;
        let verdicts = tab.evaluate(
            "[...document.querySelectorAll('.quiz')].map(quiz => {
                const right = quiz.querySelector('li.right').dataset.option;
                quiz.querySelector(`input[value=\"${right}\"]`).click();
                quiz.requestSubmit();
                return quiz.querySelector('[role=status]').innerText.slice(0, 6);
            }).join('')",
        )?;
        let verdicts = verdicts.as_str().context("verdicts")?;
        ensure!(
            verdicts.replace("Right.", "").is_empty(),
            "{page}: {verdicts}"
        );
        tab.open(&session.site.served(&page))?;
        let forgotten = tab.evaluate(
            "[...document.querySelectorAll('.quiz')].filter(quiz =>
                quiz.querySelector('input:checked')?.value
                    !== quiz.querySelector('li.right').dataset.option).length",
        )?;
        ensure!(forgotten == 0, "{page}: {forgotten} choices are forgotten");
    }
    Ok(())
}
