//! What a page measures: the learner's own server, always in the same way.

use course::chapter::{self, Chapter};
use std::path::Path;

/// The file is small and its client slow: the run takes little memory, and lasts four
/// seconds on every machine, so that its curve can be watched.
pub const LOAD: [&str; 4] = ["--size", "64MiB", "--rate", "16MiB/s"];

/// The chapters of the workspace that can be measured.
pub fn servers(root: &Path) -> Vec<Chapter> {
    let mut all = chapter::list(root).unwrap_or_default();
    all.retain(Chapter::is_server);
    all
}

/// The words after `cargo xtask` that measure a chapter, for people to type.
pub fn words(chapter: &str) -> Vec<&str> {
    let mut words = vec!["plot", chapter, "--mine"];
    words.extend(LOAD);
    words
}
