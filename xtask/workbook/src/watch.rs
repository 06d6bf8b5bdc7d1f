//! Notices that a source of the book was saved.

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

/// Editors write a file in several steps: what follows within this is one save.
const QUIET: Duration = Duration::from_millis(120);

/// Sources beside the book that its pages may include.
const INCLUDED: [&str; 2] = ["exercises", "solutions"];

/// A watch over the sources of the book; it ends when dropped.
pub struct Watch {
    book: PathBuf,
    events: Receiver<notify::Result<Event>>,
    // Dropping it ends the events.
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Watches the workspace's book and the crates that its pages include.
    ///
    /// # Errors
    ///
    /// The system gives no more watches.
    pub fn start(root: &Path) -> notify::Result<Self> {
        let (sender, events) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(sender)?;
        let book = root.join("book");
        watcher.watch(&book, RecursiveMode::Recursive)?;
        for folder in INCLUDED.map(|name| root.join(name)) {
            if folder.is_dir() {
                watcher.watch(&folder, RecursiveMode::Recursive)?;
            }
        }
        Ok(Self {
            book,
            events,
            _watcher: watcher,
        })
    }

    /// Waits until the book or one of `inputs` is saved, and returns what was.
    ///
    /// `None` when the watch has ended.
    pub fn saved(&self, inputs: &BTreeSet<PathBuf>) -> Option<BTreeSet<PathBuf>> {
        let matters = |path: &PathBuf| {
            // A plain `mdbook build` writes into book/build, beside the sources.
            let is_source = path.starts_with(&self.book)
                && !path.starts_with(self.book.join("build"));
            is_source || inputs.contains(path)
        };
        loop {
            let mut saved: BTreeSet<PathBuf> = changed(self.events.recv().ok()?);
            while let Ok(event) = self.events.recv_timeout(QUIET) {
                saved.append(&mut changed(event));
            }
            saved.retain(matters);
            if !saved.is_empty() {
                return Some(saved);
            }
        }
    }
}

/// The files an event changed. Reading is no change: a build reads every source,
/// and would start itself again.
fn changed(event: notify::Result<Event>) -> BTreeSet<PathBuf> {
    match event {
        Ok(event)
            if event.kind.is_modify()
                || event.kind.is_create()
                || event.kind.is_remove() =>
        {
            event.paths.into_iter().collect()
        }
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_the_book_and_what_its_pages_include_is_a_save() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // The system reports real paths.
        let root = folder.path().canonicalize().expect("a real path");
        for name in ["book/src", "book/build", "exercises", "solutions"] {
            fs::create_dir_all(root.join(name)).expect("a folder");
        }
        let included = root.join("solutions/included.rs");
        let inputs = BTreeSet::from([included.clone()]);
        let watch = Watch::start(&root).expect("a watch");

        let page = root.join("book/src/page.md");
        let ours = [included, page];
        let others = [
            "book/build/page.html",
            "exercises/edited.rs",
            "solutions/b.rs",
        ];
        let mut expected: BTreeSet<PathBuf> = ours.iter().cloned().collect();
        for path in others.map(|name| root.join(name)).iter().chain(&ours) {
            fs::write(path, "saved").expect("a save");
        }
        // The saves may arrive together or one after the other.
        while !expected.is_empty() {
            let saved = watch.saved(&inputs).expect("the watch goes on");
            assert!(saved.iter().all(|path| ours.contains(path)), "{saved:?}");
            expected.retain(|path| !saved.contains(path));
        }
    }
}
