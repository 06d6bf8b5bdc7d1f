//! Notices that something was saved: a source of the book, a learner's file, or the
//! runner's record.
//!
//! It looks instead of listening: network drives, WSL and containers have file systems
//! that send no events, and say nothing about it. A save is more than one step for many
//! editors, and may leave the text as it was: so what changed counts once nothing has
//! changed for one look, and only with other contents.

use crate::markdown::front_matter::chapter_name;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

/// How often it looks: at the times of some 400 files, in about two milliseconds.
const LOOK: Duration = Duration::from_millis(250);

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

/// The runner's record of what has passed.
const RECORD: &str = ".workbook/progress.txt";

/// A file's modification time and length.
type Stamp = (SystemTime, u64);

/// A watch over a workspace.
pub struct Watch {
    root: PathBuf,
    /// What is known of each file. One that is gone stays, without contents.
    known: BTreeMap<PathBuf, (Option<Stamp>, Option<u64>)>,
    /// The last look.
    last: BTreeMap<PathBuf, Stamp>,
}

impl Watch {
    /// Watches the workspace's book, its crates, and the runner's record.
    pub fn start(root: &Path) -> Self {
        let mut watch = Self {
            root: root.to_path_buf(),
            known: BTreeMap::new(),
            last: BTreeMap::new(),
        };
        let mut files = vec![root.join(RECORD)];
        files_below(&root.join("book"), &mut files);
        // Which of them the pages include is known once the book is built.
        for name in INCLUDED {
            files_below(&root.join(name), &mut files);
        }
        for file in files {
            let known = (stamp(&file), contents(&file));
            watch.known.insert(file, known);
        }
        watch
    }

    /// Waits until something is saved that matters; `inputs` are files beside the
    /// book that its pages were made from.
    pub fn saved(&mut self, inputs: &BTreeSet<PathBuf>) -> Saved {
        loop {
            thread::sleep(LOOK);
            let saved = self.look(inputs);
            if saved != Saved::default() {
                return saved;
            }
        }
    }

    /// One look: what has changed before the last look, and not since.
    fn look(&mut self, inputs: &BTreeSet<PathBuf>) -> Saved {
        let now = self.stamps(inputs);
        let is_settled = now == self.last;
        self.last = now;
        if is_settled {
            let changed = self.changed(inputs);
            self.sort(changed, inputs)
        } else {
            Saved::default()
        }
    }

    /// The files that matter, as they are now.
    fn stamps(&self, inputs: &BTreeSet<PathBuf>) -> BTreeMap<PathBuf, Stamp> {
        let mut files = vec![self.root.join(RECORD)];
        files_below(&self.root.join("book"), &mut files);
        files_below(&self.root.join("exercises"), &mut files);
        files.retain(|file| self.matters(file, inputs));
        files.extend(inputs.iter().cloned());
        files
            .into_iter()
            .filter_map(|file| Some((file.clone(), stamp(&file)?)))
            .collect()
    }

    /// The files with other contents than are known, which are known then.
    fn changed(&mut self, inputs: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        let gone = self.known.keys().filter(|file| {
            !self.last.contains_key(*file) && self.matters(file, inputs)
        });
        let now = self
            .last
            .iter()
            .map(|(file, stamp)| (file.clone(), Some(*stamp)));
        let now: Vec<_> = gone.cloned().map(|file| (file, None)).chain(now).collect();
        let mut changed = BTreeSet::new();
        for (file, stamp) in now {
            let known = self.known.get(&file).copied();
            if known.is_some_and(|(known, _)| known == stamp) {
                continue;
            }
            let contents = contents(&file);
            let is_other = match known {
                Some((_, known)) => known != contents,
                // One that the newest build was made from is as it was then.
                None => !inputs.contains(&file) || self.is_source(&file),
            };
            if is_other {
                changed.insert(file.clone());
            }
            self.known.insert(file, (stamp, contents));
        }
        changed
    }

    fn sort(&self, changed: BTreeSet<PathBuf>, inputs: &BTreeSet<PathBuf>) -> Saved {
        let mut saved = Saved::default();
        for path in changed {
            saved.record |= self.is_record(&path);
            saved.chapters.extend(self.edited(&path));
            if self.is_source(&path) || inputs.contains(&path) {
                saved.sources.insert(path);
            }
        }
        saved
    }

    fn matters(&self, path: &Path, inputs: &BTreeSet<PathBuf>) -> bool {
        self.is_source(path)
            || self.is_record(path)
            || inputs.contains(path)
            || self.edited(path).is_some()
    }

    fn is_record(&self, path: &Path) -> bool {
        path == self.root.join(RECORD)
    }

    /// A plain `mdbook build` writes into book/build, beside the sources.
    fn is_source(&self, path: &Path) -> bool {
        let book = self.root.join("book");
        path.starts_with(&book) && !path.starts_with(book.join("build"))
    }

    /// The chapter of a file that a learner edits: code, or the prediction.
    fn edited(&self, path: &Path) -> Option<String> {
        let path = path.strip_prefix(self.root.join("exercises")).ok()?;
        let folder = path.iter().next()?.to_str()?;
        let inside = path.strip_prefix(folder).ok()?;
        let is_code =
            inside.starts_with("src") && path.extension() == Some(OsStr::new("rs"));
        let is_edited = is_code || inside == Path::new("prediction.toml");
        chapter_name(folder).filter(|_| is_edited)
    }
}

/// Adds every file below `folder` that somebody wrote.
fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if is_left_over(&name.to_string_lossy()) {
            continue;
        }
        // A folder's link could lead round in a circle.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files_below(&entry.path(), files),
            _ => files.push(entry.path()),
        }
    }
}

/// What editors leave beside the file that they save: swap files, backups, and the
/// files that are renamed in the end.
fn is_left_over(name: &str) -> bool {
    const ENDINGS: [&str; 9] = [
        "~", "#", ".bak", ".orig", ".part", ".swo", ".swp", ".swx", ".tmp",
    ];
    // Vim tries with `4913` whether it may write into a folder.
    name.starts_with(['.', '#'])
        || name == "4913"
        || name.contains("___jb_")
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

fn stamp(file: &Path) -> Option<Stamp> {
    let facts = fs::metadata(file).ok()?;
    Some((facts.modified().ok()?, facts.len()))
}

/// A number that changes with every byte; `None` for a file that is gone.
fn contents(file: &Path) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    fs::read(file).ok()?.hash(&mut hasher);
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    const CODE: &str = "exercises/chapter-04-messages/src/framing.rs";
    const PAGE: &str = "book/src/page.md";

    /// A workspace under watch; its pages include one file.
    struct Toy {
        folder: TempDir,
        watch: Watch,
        inputs: BTreeSet<PathBuf>,
    }

    impl Toy {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let root = folder.path();
            for name in ["book/src", "book/build", "solutions", ".workbook"] {
                fs::create_dir_all(root.join(name)).expect("a folder");
            }
            let code = root.join(CODE);
            fs::create_dir_all(code.parent().expect("it has one")).expect("a folder");
            for name in [CODE, PAGE, "solutions/included.rs"] {
                fs::write(root.join(name), "text").expect("a file");
            }
            let inputs = BTreeSet::from([root.join("solutions/included.rs")]);
            let watch = Watch::start(root);
            let mut toy = Self {
                folder,
                watch,
                inputs,
            };
            assert_eq!(toy.look(), Saved::default());
            toy
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.path(name), text).expect("a save");
        }

        /// Two looks: the second finds what the first one saw.
        fn look(&mut self) -> Saved {
            let mut saved = self.watch.look(&self.inputs);
            let later = self.watch.look(&self.inputs);
            saved.sources.extend(later.sources);
            saved.chapters.extend(later.chapters);
            saved.record |= later.record;
            saved
        }
    }

    fn sources(paths: &[PathBuf]) -> Saved {
        Saved {
            sources: paths.iter().cloned().collect(),
            ..Saved::default()
        }
    }

    #[test]
    fn what_was_saved_is_told_apart() {
        let mut toy = Toy::new();
        for name in [
            "book/build/page.html",
            "solutions/other.rs",
            "exercises/chapter-04-messages/Cargo.toml",
            ".workbook/lock",
            "solutions/included.rs",
            PAGE,
            CODE,
            RECORD,
        ] {
            toy.write(name, "saved");
        }
        let expected = Saved {
            sources: BTreeSet::from([
                toy.path("solutions/included.rs"),
                toy.path(PAGE),
            ]),
            chapters: BTreeSet::from(["chapter-4".to_string()]),
            record: true,
        };
        assert_eq!(toy.look(), expected);
        assert_eq!(toy.look(), Saved::default());
    }

    #[test]
    fn what_an_editor_leaves_beside_a_file_is_no_save() {
        let mut toy = Toy::new();
        for beside in ["book/src", "exercises/chapter-04-messages/src"] {
            for name in [
                ".page.md.swp",
                ".#framing.rs",
                "#page.md#",
                "page.md~",
                "framing.rs~",
                "framing.rs.bak",
                "page.md.tmp",
                "4913",
                "page.md___jb_tmp___",
            ] {
                toy.write(&format!("{beside}/{name}"), "x");
            }
        }
        assert_eq!(toy.look(), Saved::default());
    }

    #[test]
    fn a_save_in_several_steps_is_one() {
        let mut toy = Toy::new();
        let page = toy.path(PAGE);
        let steps: [&dyn Fn(&Toy); 4] = [
            &|toy| toy.write("book/src/page.md.tmp", "new"),
            &|toy| fs::remove_file(toy.path(PAGE)).expect("it is there"),
            &|toy| {
                let beside = toy.path("book/src/page.md.tmp");
                fs::rename(beside, toy.path(PAGE)).expect("a rename");
            },
            &|toy| toy.write(PAGE, "newer"),
        ];
        let mut seen = Vec::new();
        for step in steps {
            step(&toy);
            seen.push(toy.watch.look(&toy.inputs));
        }
        seen.push(toy.watch.look(&toy.inputs));
        // The first step is beside the page, so a look between two steps may be one
        // without a change. What counts is how often the page was saved.
        seen.retain(|saved| *saved != Saved::default());
        assert_eq!(seen, [sources(&[page])]);
    }

    #[test]
    fn the_same_text_with_another_time_is_no_save_and_an_older_text_is_one() {
        let mut toy = Toy::new();
        let page = toy.path(PAGE);
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let age = |toy: &Toy| {
            let file = fs::File::options().append(true).open(toy.path(PAGE));
            let file = file.expect("it is there");
            file.set_modified(long_ago).expect("a time");
        };
        age(&toy);
        assert_eq!(toy.look(), Saved::default());
        toy.write(PAGE, "older");
        age(&toy);
        assert_eq!(toy.look(), sources(&[page]));
    }

    #[test]
    fn a_page_that_comes_or_goes_is_a_save() {
        let mut toy = Toy::new();
        toy.write("book/src/new.md", "new");
        assert_eq!(toy.look(), sources(&[toy.path("book/src/new.md")]));
        fs::remove_file(toy.path(PAGE)).expect("it is there");
        assert_eq!(toy.look(), sources(&[toy.path(PAGE)]));
        assert_eq!(toy.look(), Saved::default());
        toy.write(PAGE, "text");
        assert_eq!(toy.look(), sources(&[toy.path(PAGE)]));
    }

    #[test]
    fn a_file_that_a_newer_build_includes_is_known_from_then_on() {
        let mut toy = Toy::new();
        toy.write("README.md", "text");
        toy.inputs.insert(toy.path("README.md"));
        assert_eq!(toy.look(), Saved::default());
        toy.write("README.md", "other text");
        assert_eq!(toy.look(), sources(&[toy.path("README.md")]));
    }
}
