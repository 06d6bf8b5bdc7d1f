//! Every page keeps nobody out, in each theme, on a desktop and on a phone.

use crate::complaints::Complaints;
use crate::narrow;
use anyhow::Result;
use browser::emulation::THEMES;
use browser::session::BrowserSession;

/// All pages as one. What it holds stands on the others too, in each theme, and a look
/// at it costs as much as one at all of them.
const ALL: &str = "print.html";

#[test]
fn every_page_keeps_nobody_out_on_a_desktop() -> Result<()> {
    every_page(1280, 900)
}

#[test]
fn every_page_keeps_nobody_out_on_a_phone() -> Result<()> {
    every_page(390, 844)
}

fn every_page(width: u32, height: u32) -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let home = session.site.served("");
    let mut tab = session.tab();
    tab.resize(width, height)?;
    for page in session.site.pages() {
        tab.open(&session.site.served(&page))?;
        let themes = if page == ALL { &THEMES[..1] } else { &THEMES };
        for (index, theme) in themes.iter().enumerate() {
            let place = format!("{page} in {theme} at {width}");
            tab.choose_theme(theme)?;
            // A theme is a list of colors, and the markup is the same in each.
            let broken = if index == 0 {
                tab.barriers()?
            } else {
                tab.faint()?
            };
            complaints.add(&place, broken);
            complaints.add(&place, narrow::overflow(&mut tab)?);
        }
        let record = tab.record()?;
        complaints.add(&page, record.errors.iter().cloned());
        complaints.add(&page, record.strangers(&[&home]));
    }
    complaints.assert_none();
    Ok(())
}
