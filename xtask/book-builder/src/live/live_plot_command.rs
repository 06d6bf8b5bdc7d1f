//! What a page measures: the learner's own server, always in the same way.

use crate::chapters::{self, Chapter};
use std::path::Path;

/// Chapters whose program takes `--listen` and `--file`: what `plot` can measure.
pub const SERVERS: [u32; 4] = [5, 8, 10, 12];

/// The file is small and its client slow: the run takes little memory, and lasts four
/// seconds on every machine, so that its curve can be watched.
pub const LOAD: [&str; 4] = ["--size", "64MiB", "--rate", "16MiB/s"];

/// The chapters of the workspace that can be measured.
pub fn servers(root: &Path) -> Vec<Chapter> {
    let mut all = chapters::all(root);
    let names = SERVERS.map(|number| format!("chapter-{number}"));
    all.retain(|chapter| names.contains(&chapter.name));
    all
}

/// The words after `cargo xtask` that measure a chapter, for people to type.
pub fn words(chapter: &str) -> Vec<&str> {
    let mut words = vec!["plot", chapter, "--mine"];
    words.extend(LOAD);
    words
}
