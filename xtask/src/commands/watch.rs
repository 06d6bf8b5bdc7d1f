//! `--watch`: grades again whenever a file of the chapter is saved with different
//! contents.
//!
//! Saving a file causes more than one event. Editors write a new file and rename it, a
//! restored copy keeps its old time stamp, and a formatter may write the same text
//! again. So the watch waits until nothing has changed between two looks, and then
//! compares the contents.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use course::{complain, say};

use crate::chapter::chapter_file::{files_below, is_code};
use crate::chapter::workspace::Workspace;
use crate::chapter::{Chapter, Tree};
use crate::cli::error::{Exit, Result};
use crate::cli::terminal::symbol;

/// How often the files are looked at. Polling works on every operating system and every
/// kind of drive, and only reads the time stamps of a few files.
const LOOK: Duration = Duration::from_millis(250);

/// Calls `judge` now and after every change, until the process is interrupted.
pub fn run(
    workspace: &Workspace,
    chapters: &[Chapter],
    mut judge: impl FnMut() -> Result<Exit>,
) -> Result<Exit> {
    let files = Files(folders(workspace, chapters)?);
    loop {
        // A file that's saved during the grading is graded afterward.
        let judged = files.contents();
        // A file that's missing for a moment is no reason to stop watching.
        if let Err(fault) = judge() {
            complain!("{fault}");
        }
        say!(
            "Watching {}. Save a file to check again; Ctrl-C stops.",
            names(chapters)
        );
        files.wait(judged, || thread::sleep(LOOK));
        say!("\n{}\n", symbol("─", "-").repeat(72));
    }
}

fn folders(workspace: &Workspace, chapters: &[Chapter]) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for chapter in chapters {
        folders.push(chapter.path(workspace.root(), Tree::Exercises));
        for earlier in workspace.built_on(chapter)? {
            folders.push(earlier.path(workspace.root(), Tree::Exercises));
        }
    }
    Ok(folders)
}

fn names(chapters: &[Chapter]) -> String {
    let names: Vec<String> = chapters.iter().map(Chapter::name).collect();
    names.join(", ")
}

/// Every file in these folders that a learner edits.
struct Files(Vec<PathBuf>);

type Stamps = BTreeMap<PathBuf, (SystemTime, u64)>;

impl Files {
    /// Waits until the contents differ from `judged` and nothing has changed between
    /// two looks. `look` sleeps until the next look.
    fn wait(&self, judged: u64, mut look: impl FnMut()) {
        // It starts without stamps, so that a file that was saved during the grading is
        // noticed.
        let (mut seen, mut is_settled) = (Stamps::new(), false);
        loop {
            look();
            let now = self.stamps();
            if now != seen {
                (seen, is_settled) = (now, false);
                continue;
            }
            // New time stamps alone, which a build can cause, don't mean new text.
            if !is_settled && self.contents() != judged {
                return;
            }
            is_settled = true;
        }
    }

    fn paths(&self) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        for folder in &self.0 {
            let mut files = vec![folder.join("prediction.toml")];
            let _ = files_below(&folder.join("src"), &mut files);
            files.retain(|path| is_code(path) || path.ends_with("prediction.toml"));
            paths.append(&mut files);
        }
        paths.sort();
        paths
    }

    /// Returns the files with their times and lengths. A file that's just being
    /// replaced may be missing for a moment, which counts as a change, too.
    fn stamps(&self) -> Stamps {
        let paths = self.paths().into_iter();
        paths
            .filter_map(|path| Some((path.clone(), stamp(&path)?)))
            .collect()
    }

    /// Returns a number that changes with every text and every name.
    fn contents(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for path in self.paths() {
            (&path, fs::read(&path).ok()).hash(&mut hasher);
        }
        hasher.finish()
    }
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let facts = fs::metadata(path).ok()?;
    Some((facts.modified().ok()?, facts.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chapter with one file, in a folder that's removed when this is dropped.
    struct Toy(PathBuf);

    impl Toy {
        fn new(name: &str) -> Self {
            let folder = format!("watch-{name}-{}", std::process::id());
            let toy = Self(std::env::temp_dir().join(folder));
            fs::create_dir_all(toy.0.join("src")).unwrap();
            toy.write("lib.rs", "one");
            toy
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.0.join("src").join(name), text).unwrap();
        }

        /// Returns after how many looks the watch has noticed the effect of `acts`, one
        /// of which runs before each look.
        fn looks(&self, acts: &[&dyn Fn(&Self)]) -> usize {
            let files = Files(vec![self.0.clone()]);
            let (judged, mut looks) = (files.contents(), 0_usize);
            let end = acts.len() + 4;
            let waited = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                files.wait(judged, || {
                    // The first look reads the stamps from before.
                    if let Some(act) = looks.checked_sub(2).and_then(|at| acts.get(at))
                    {
                        act(self);
                    }
                    looks += 1;
                    assert!(looks < end, "nothing is seen");
                });
            }));
            if waited.is_err() { 0 } else { looks }
        }
    }

    impl Drop for Toy {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_save_in_several_steps_is_seen_once_it_is_over() {
        let toy = Toy::new("steps");
        let src = toy.0.join("src");
        let looks = toy.looks(&[
            &|_| fs::rename(src.join("lib.rs"), src.join("lib.rs~")).unwrap(),
            &|toy| toy.write("lib.rs", ""),
            &|toy| toy.write("lib.rs", "two"),
        ]);
        // Two looks before that, three acts, and one look without a change.
        assert_eq!(looks, 6);
    }

    #[test]
    fn an_older_copy_that_is_put_back_is_seen() {
        let toy = Toy::new("older");
        let src = toy.0.join("src");
        let looks = toy.looks(&[&|_| {
            fs::write(src.join("copy"), "two").unwrap();
            let copy = fs::File::options().append(true).open(src.join("copy"));
            let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
            copy.unwrap().set_modified(long_ago).unwrap();
            fs::rename(src.join("copy"), src.join("lib.rs")).unwrap();
        }]);
        assert_eq!(looks, 4);
    }

    #[test]
    fn a_file_that_is_touched_or_written_again_is_not_seen() {
        let toy = Toy::new("touched");
        let again = |toy: &Toy| {
            std::thread::sleep(Duration::from_millis(20));
            toy.write("lib.rs", "one");
        };
        let beside = |toy: &Toy| toy.write(".lib.rs.swp", "swap");
        assert_eq!(
            toy.looks(&[&again, &beside, &|toy| toy.write("lib.rs~", "x")]),
            0
        );
    }
}
