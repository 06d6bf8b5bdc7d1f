//! What a test works with: a built book, and a browser to read it with.

use crate::browser::Browser;
use crate::chromium;
use crate::letters::Letters;
use crate::site::Site;
use crate::tab::Tab;
use std::io::Write;
use std::sync::{Arc, Mutex, Once, PoisonError, Weak};

/// The session in use. A `Weak`, so that the last test's `Arc` closes the browser: a
/// static is never dropped, and Chromium would keep running.
static SHARED: Mutex<Weak<BrowserSession>> = Mutex::new(Weak::new());

/// A built book and a browser. The last test that holds it closes both.
pub struct BrowserSession {
    /// The book.
    pub site: Site,
    browser: Browser,
}

impl BrowserSession {
    /// The session that all running tests share; the first one sets it up.
    ///
    /// `None` on a machine without Chromium: then the test prints that it is skipped
    /// and how to get one, and is over. Where `CI` is set that fails instead.
    ///
    /// # Panics
    ///
    /// The book does not build, or Chromium does not start.
    pub fn shared() -> Option<Arc<BrowserSession>> {
        // A test that failed here left nothing half done.
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = shared.upgrade() {
            return Some(session);
        }
        let Some(program) = chromium::find() else {
            skip();
            return None;
        };
        let site = match Site::build() {
            Ok(site) => site,
            Err(error) => panic!("{error:#}"),
        };
        let browser = match Browser::start(&program) {
            Ok(browser) => browser,
            Err(fault) => panic!("{fault}"),
        };
        let session = Arc::new(BrowserSession { site, browser });
        *shared = Arc::downgrade(&session);
        Some(session)
    }

    /// A new tab of 1280 × 900 pixels, with nothing stored, in the bundled letters.
    ///
    /// # Panics
    ///
    /// The browser is gone.
    pub fn tab(&self) -> Tab<'_> {
        let tab = self.browser.tab().and_then(|mut tab| {
            tab.resize(1280, 900)?;
            tab.write_in(Letters::Ordinary)?;
            Ok(tab)
        });
        tab.expect("the browser opens a tab")
    }
}

/// Prints a line that cargo does not hold back from a test that passes.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Says what to type once, and the name of every test that is skipped.
fn skip() {
    static ADVICE: Once = Once::new();
    let advice = chromium::advice();
    assert!(
        std::env::var_os("CI").is_none(),
        "CI runs every test, and {advice}"
    );
    ADVICE.call_once(|| say(&format!("The pages weren't tested: {advice}.")));
    let thread = std::thread::current();
    say(&format!("skipped: {}", thread.name().unwrap_or("a test")));
}
