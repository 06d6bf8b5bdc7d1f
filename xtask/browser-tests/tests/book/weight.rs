//! Pages stay light: they are read over slow networks and copied to USB sticks.

use crate::complaints::Complaints;
use anyhow::{Context, Result};
use browser::session::{BrowserSession, say};
use browser::site::{Site, files};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;

/// Bytes, compressed, for a page and all that it loads (kB = 1000 bytes).
const ORDINARY: usize = 150_000;

/// The same for a page with a simulator.
const WITH_SIMULATOR: usize = 170_000;

/// Bytes, compressed, that a page loads for its simulators, scripts and styles. A page
/// has one of them, and loads no other's scripts.
const SIMULATORS: usize = 20_000;

/// The same for all eight together, on the page that has the whole book.
const ALL_SIMULATORS: usize = 34_000;

/// Bytes on disk of the whole book, besides its search index: 112 pages, and all of them once
/// more on one page.
const BOOK: u64 = 7_000_000;

/// The whole book on one page.
const PRINTED: &str = "print.html";

/// How many pages are named in the output.
const NAMED: usize = 3;

#[test]
fn a_first_visit_loads_little() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let mut sizes = Sizes::default();
    let mut pages = Vec::new();
    for page in session.site.pages() {
        // A tab has a cache of its own, so each page is a first visit.
        let mut tab = session.tab();
        tab.open(&session.site.hosted(&page))?;
        let simulators = "[...document.querySelectorAll('main *')]
            .some(({ localName }) => localName.startsWith('sim-'))";
        let limit = if tab.holds(simulators)? {
            WITH_SIMULATOR
        } else {
            ORDINARY
        };
        let home = session.site.hosted("");
        let urls: BTreeSet<&str> = tab
            .record()?
            .requests
            .iter()
            .filter_map(|request| request.url.strip_prefix(&home))
            .collect();
        let mut weight = 0;
        for url in &urls {
            weight += sizes.of(&session.site, url)?;
        }
        // The whole book on one page is as heavy as the book.
        if weight > limit && page != PRINTED {
            let what = format!("{weight} bytes compressed, and the limit is {limit}");
            complaints.add(&page, [what]);
        }
        pages.push((weight, urls.len(), page));
    }
    pages.sort();
    say("heaviest pages, compressed, with all that they load:");
    for (weight, requests, page) in pages.iter().rev().take(NAMED) {
        say(&format!("  {weight} bytes in {requests} requests: {page}"));
    }
    complaints.assert_none();
    Ok(())
}

#[test]
fn the_whole_book_fits_into_a_small_download() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let is_index = |name: &str| name.starts_with("searchindex");
    let mut total = 0;
    for path in files(session.site.folder()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !is_index(&name) {
            total += path.metadata()?.len();
        }
    }
    say(&format!("the book: {total} bytes besides its search index"));
    assert!(total > 0, "the built folder is empty");
    assert!(total <= BOOK, "{total} bytes, and the limit is {BOOK}");
    Ok(())
}

#[test]
fn the_simulators_stay_small() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let mut sizes = Sizes::default();
    let mut weights = Vec::new();
    for page in session.site.pages_with("<sim-") {
        let mut tab = session.tab();
        tab.open(&session.site.hosted(&page))?;
        let home = session.site.hosted("");
        let urls: BTreeSet<&str> = tab
            .record()?
            .requests
            .iter()
            .filter_map(|request| request.url.strip_prefix(&home))
            .filter(|url| url.starts_with("assets/simulator/"))
            .collect();
        let mut weight = 0;
        for url in urls {
            weight += sizes.of(&session.site, url)?;
        }
        if weight == 0 || weight > SIMULATORS {
            let what =
                format!("{weight} bytes compressed, and the limit is {SIMULATORS}");
            complaints.add(&page, [what]);
        }
        weights.push((weight, page));
    }
    assert!(!weights.is_empty(), "no page has a simulator");
    weights.sort();
    say("what pages load for their simulators, compressed:");
    for (weight, page) in weights.iter().rev() {
        say(&format!("  {weight} bytes: {page}"));
    }
    complaints.assert_none();
    let mut total = 0;
    for path in files(&session.site.folder().join("assets/simulator")) {
        let path = path.strip_prefix(session.site.folder())?;
        total += sizes.of(&session.site, &path.to_string_lossy())?;
    }
    say(&format!("all simulators: {total} bytes compressed"));
    assert!(
        total <= ALL_SIMULATORS,
        "{total}, and the limit is {ALL_SIMULATORS}"
    );
    Ok(())
}

/// Compressed sizes, each file measured once.
#[derive(Default)]
struct Sizes(BTreeMap<String, usize>);

impl Sizes {
    fn of(&mut self, site: &Site, url: &str) -> Result<usize> {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        if let Some(size) = self.0.get(path) {
            return Ok(*size);
        }
        let bytes = fs::read(site.folder().join(path))
            .with_context(|| format!("a page loads {path}"))?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&bytes)?;
        let size = gzip.finish()?.len();
        self.0.insert(path.to_string(), size);
        Ok(size)
    }
}
