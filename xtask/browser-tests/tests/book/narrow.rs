//! No page scrolls sideways, not on a narrow screen nor when it is magnified.

use crate::complaints::Complaints;
use anyhow::Result;
use browser::axe;
use browser::session::BrowserSession;
use browser::tab::Tab;

/// The sizes at which a page of 1280 pixels stands when magnified four and two times.
const MAGNIFIED: [(u32, u32); 2] = [(320, 256), (640, 512)];

#[test]
fn no_page_scrolls_sideways_when_it_is_magnified() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let mut tab = session.tab();
    for page in session.site.originals() {
        // Magnified before it is opened, and then changed: a page may do either.
        let [(width, height), larger] = MAGNIFIED;
        tab.resize(width, height)?;
        tab.open(&session.site.served(&page))?;
        complaints.add(&format!("{page} at {width}"), overflow(&mut tab)?);
        let (width, height) = larger;
        tab.resize(width, height)?;
        tab.settle()?;
        complaints.add(&format!("{page} at {width}"), overflow(&mut tab)?);
    }
    complaints.assert_none();
    Ok(())
}

/// The elements that stand out of the page on the right, outside any area that scrolls
/// of itself.
pub fn overflow(tab: &mut Tab) -> Result<Vec<String>> {
    Ok(axe::lines(&tab.evaluate(include_str!("overflow.js"))?))
}
