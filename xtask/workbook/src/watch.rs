//! Notices that something was saved: a source of the book, a learner's file, or the
//! runner's record.

use crate::front_matter::chapter_name;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

/// Editors write a file in several steps: what follows within this is one save.
const QUIET: Duration = Duration::from_millis(120);

/// What was saved together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Sources of the book: it must be built again.
    pub sources: BTreeSet<PathBuf>,
    /// Chapters with a file that a learner edits, as `chapter-4`.
    pub chapters: BTreeSet<String>,
    /// The runner's record has changed.
    pub record: bool,
}

/// Sources beside the book that its pages may include.
const INCLUDED: [&str; 2] = ["exercises", "solutions"];

/// The runner's own state, and its record of what has passed in it.
const STATE: &str = ".workbook";
const RECORD: &str = "progress.txt";

/// A watch over a workspace; it ends when dropped.
pub struct Watch {
    root: PathBuf,
    events: Receiver<notify::Result<Event>>,
    // Dropping it ends the events.
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Watches the workspace's book, its crates, and the runner's record.
    ///
    /// # Errors
    ///
    /// The system gives no more watches.
    pub fn start(root: &Path) -> notify::Result<Self> {
        let (sender, events) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(sender)?;
        watcher.watch(&root.join("book"), RecursiveMode::Recursive)?;
        for folder in INCLUDED.map(|name| root.join(name)) {
            if folder.is_dir() {
                watcher.watch(&folder, RecursiveMode::Recursive)?;
            }
        }
        let state = root.join(STATE);
        // A folder that is made later would not be noticed. Where it cannot be made,
        // the runner will say so.
        if std::fs::create_dir_all(&state).is_ok() {
            watcher.watch(&state, RecursiveMode::NonRecursive)?;
        }
        Ok(Self {
            root: root.to_path_buf(),
            events,
            _watcher: watcher,
        })
    }

    /// Waits until something is saved that matters; `inputs` are files beside the
    /// book that its pages were made from.
    ///
    /// `None` when the watch has ended.
    pub fn saved(&self, inputs: &BTreeSet<PathBuf>) -> Option<Saved> {
        loop {
            let mut paths: BTreeSet<PathBuf> = changed(self.events.recv().ok()?);
            while let Ok(event) = self.events.recv_timeout(QUIET) {
                paths.append(&mut changed(event));
            }
            let saved = self.sort(paths, inputs);
            if saved != Saved::default() {
                return Some(saved);
            }
        }
    }

    fn sort(&self, paths: BTreeSet<PathBuf>, inputs: &BTreeSet<PathBuf>) -> Saved {
        let mut saved = Saved::default();
        let record = self.root.join(STATE).join(RECORD);
        for path in paths {
            saved.record |= path == record;
            saved.chapters.extend(self.edited(&path));
            // A plain `mdbook build` writes into book/build, beside the sources.
            let is_source = path.starts_with(self.root.join("book"))
                && !path.starts_with(self.root.join("book/build"));
            if is_source || inputs.contains(&path) {
                saved.sources.insert(path);
            }
        }
        saved
    }

    /// The chapter of a file that a learner edits: code, or the prediction.
    fn edited(&self, path: &Path) -> Option<String> {
        let path = path.strip_prefix(self.root.join("exercises")).ok()?;
        let folder = path.iter().next()?.to_str()?;
        let inside = path.strip_prefix(folder).ok()?;
        let name = path.file_name()?.to_str()?;
        // Editors leave hidden files beside the one that they save.
        let is_code = inside.starts_with("src")
            && path.extension() == Some(OsStr::new("rs"))
            && !name.starts_with('.');
        let is_edited = is_code || inside == Path::new("prediction.toml");
        chapter_name(folder).filter(|_| is_edited)
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
    fn what_was_saved_is_told_apart() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // The system reports real paths.
        let root = folder.path().canonicalize().expect("a real path");
        let exercise = "exercises/chapter-04-messages";
        for name in [
            "book/src",
            "book/build",
            "solutions",
            &format!("{exercise}/src"),
        ] {
            fs::create_dir_all(root.join(name)).expect("a folder");
        }
        let included = root.join("solutions/included.rs");
        let inputs = BTreeSet::from([included.clone()]);
        let watch = Watch::start(&root).expect("a watch");

        let code = format!("{exercise}/src/framing.rs");
        for name in [
            "book/build/page.html",
            "solutions/b.rs",
            &format!("{exercise}/src/.framing.rs.swp"),
            &format!("{exercise}/src/.#framing.rs"),
            &format!("{exercise}/Cargo.toml"),
            ".workbook/lock",
            "solutions/included.rs",
            "book/src/page.md",
            &code,
            ".workbook/progress.txt",
        ] {
            fs::write(root.join(name), "saved").expect("a save");
        }
        // The saves may arrive together or one after the other.
        let expected = Saved {
            sources: BTreeSet::from([included, root.join("book/src/page.md")]),
            chapters: BTreeSet::from(["chapter-4".to_string()]),
            record: true,
        };
        let mut seen = Saved::default();
        while seen != expected {
            let saved = watch.saved(&inputs).expect("the watch goes on");
            seen.sources.extend(saved.sources);
            seen.chapters.extend(saved.chapters);
            seen.record |= saved.record;
            assert!(seen.sources.is_subset(&expected.sources), "{seen:?}");
            assert!(seen.chapters.is_subset(&expected.chapters), "{seen:?}");
        }
    }
}
