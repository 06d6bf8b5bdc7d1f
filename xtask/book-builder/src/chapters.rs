//! The chapters that have an exercise.

use crate::front_matter::chapter_name;
use std::fs;
use std::path::Path;

/// A chapter's exercise: its name for commands, and its noun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// As commands know it, `chapter-4`.
    pub name: String,
    /// What it is about, `messages`.
    pub noun: String,
}

/// All chapters in the folder `exercises` of the workspace `root`, in their order.
pub fn all(root: &Path) -> Vec<Chapter> {
    let entries = fs::read_dir(root.join("exercises")).into_iter().flatten();
    let mut folders: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    // Numbers have two digits in the folders' names.
    folders.sort();
    let chapter = |folder: String| {
        let noun = folder.splitn(3, '-').nth(2)?.to_string();
        let name = chapter_name(&folder)?;
        Some(Chapter { name, noun })
    };
    folders.into_iter().filter_map(chapter).collect()
}
