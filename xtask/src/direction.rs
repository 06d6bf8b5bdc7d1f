//! Checks which folder may use which, so that there are no cycles and nothing imports
//! the commands.

use std::fs;
use std::path::{Path, PathBuf};

/// Each folder may use itself and the folders after it.
const ORDER: [&str; 6] = ["commands", "output", "grading", "state", "chapter", "cli"];

#[test]
fn the_folders_depend_on_each_other_in_one_direction() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut files, mut seen) = (Vec::new(), 0);
    below(&source, &mut files);
    for file in files {
        let inside = file.strip_prefix(&source).expect("it was found there");
        let folder = inside
            .iter()
            .next()
            .expect("it has a name")
            .to_string_lossy();
        let Some(own) = rank(folder.trim_end_matches(".rs")) else {
            continue;
        };
        let text = fs::read_to_string(&file).expect("a readable source");
        for used in text.split("crate::").skip(1) {
            let end = used.find(|c: char| !c.is_alphanumeric() && c != '_');
            let used = &used[..end.unwrap_or(used.len())];
            let Some(other) = rank(used) else { continue };
            assert!(own <= other, "{} uses crate::{used}", inside.display());
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} uses were found");
}

fn rank(folder: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == folder)
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        match entry.path() {
            path if path.is_dir() => below(&path, files),
            path => files.push(path),
        }
    }
}
