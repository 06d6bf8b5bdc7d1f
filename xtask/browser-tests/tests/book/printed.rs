//! On paper every page is light and complete, whatever the theme on the screen.

use crate::complaints::Complaints;
use anyhow::Result;
use browser::axe;
use browser::emulation::{Media, THEMES};
use browser::session::BrowserSession;
use browser::tab::Tab;

const PAPER: Media = Media {
    is_print: true,
    is_dark: false,
    is_still: false,
};

/// The pages that are printed to PDF: a chapter, the picture, and the whole book.
const PRINTED: [&str; 3] = ["chapter-05-naive.html", "plot.html", ALL];

/// The whole book on one page.
const ALL: &str = "print.html";

#[test]
fn every_page_is_light_and_unfolded_on_paper() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let mut tab = session.tab();
    for page in session.site.pages() {
        tab.open(&session.site.served(&page))?;
        for theme in themes(&page) {
            tab.show_on(Media::default())?;
            tab.choose_theme(theme)?;
            tab.show_on(PAPER)?;
            tab.settle()?;
            tab.evaluate("dispatchEvent(new Event('beforeprint'))")?;
            complaints.add(&format!("{page} in {theme}"), unprintable(&mut tab)?);
            tab.evaluate("dispatchEvent(new Event('afterprint'))")?;
        }
    }
    complaints.assert_none();
    Ok(())
}

#[test]
fn chapters_and_the_whole_book_print_to_pdf() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    for page in PRINTED {
        for theme in themes(page) {
            let mut tab = session.tab();
            tab.prefer_theme(theme)?;
            tab.open(&session.site.served(page))?;
            // The printer must tell the page, or what is folded stays folded.
            tab.evaluate("addEventListener('beforeprint', () => window.told = true)")?;
            let pdf = tab.print()?;
            assert!(pdf.starts_with(b"%PDF-"), "{page} in {theme} is no PDF");
            let sheets = sheets(&pdf);
            assert!(sheets > 0, "{page} in {theme} has no sheet of paper");
            assert!(tab.holds("told")?, "{page} in {theme} was not told");
        }
    }
    Ok(())
}

/// The themes in which a page is put on paper. The whole book has the styles of the
/// others, and hundreds of sheets.
fn themes(page: &str) -> &'static [&'static str] {
    if page == ALL { &THEMES[..1] } else { &THEMES }
}

/// The sheets in a PDF of Chromium's, which writes their dictionaries uncompressed.
fn sheets(pdf: &[u8]) -> usize {
    let mark = b"/Type /Page\n";
    pdf.windows(mark.len())
        .filter(|window| window == mark)
        .count()
}

/// What is dark, pale or folded on paper.
pub fn unprintable(tab: &mut Tab) -> Result<Vec<String>> {
    Ok(axe::lines(&tab.evaluate(include_str!("printed.js"))?))
}
