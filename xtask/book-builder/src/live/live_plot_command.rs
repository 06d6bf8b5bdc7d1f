//! The measurement that a page starts: the learner's own server, always in the same
//! way.

use course::chapter::{self, Chapter};
use std::path::Path;

/// The file is small and its client is slow, so the run takes little memory, and lasts
/// four seconds on every machine, which is long enough to watch the curve.
pub const LOAD: [&str; 4] = ["--size", "64MiB", "--rate", "16MiB/s"];

/// Returns the chapters of the workspace that can be measured.
pub fn servers(root: &Path) -> Vec<Chapter> {
    let mut all = chapter::list(root).unwrap_or_default();
    all.retain(Chapter::is_server);
    all
}

/// Returns the arguments of `cargo xtask` that measure a chapter, for people to type.
pub fn words(chapter: &str) -> Vec<&str> {
    let mut words = vec!["plot", chapter, "--mine"];
    words.extend(LOAD);
    words
}
