//! Finds out why a build failed: because of the learner's code, a file that the learner
//! doesn't write, or the machine.
//!
//! Only a compiler error in code that the learner has written counts as theirs. If it's
//! unclear, it doesn't, because some commands reset code that doesn't compile.

use std::path::{Path, PathBuf};

use super::cargo::{Diagnostic, Said};
use super::trouble;
use crate::chapter::chapter_file::{self, ChapterFile};
use crate::chapter::given;
use crate::chapter::workspace::Workspace;
use crate::chapter::{Chapter, Tree};
use crate::cli::error::{Error, Result};

/// The cause of a failed build.
#[derive(Debug)]
pub enum Blame {
    /// The code that is graded doesn't compile.
    Graded,
    /// Anything else.
    Other(Error),
}

/// Error codes about crates that were built before, wherever the errors point. E0463
/// counts, too, if the missing crate is a dependency.
const DAMAGE: [&str; 6] = ["E0460", "E0461", "E0462", "E0464", "E0514", "E0786"];

/// Finds out why `chapter` wasn't built.
pub fn of(
    said: &Said,
    workspace: &Workspace,
    chapter: &Chapter,
    tree: Tree,
) -> Result<Blame> {
    let mut chapters = workspace.built_on(chapter)?;
    chapters.push(chapter.clone());
    let manifest = |chapter: &Chapter| {
        let path = chapter.path(workspace.root(), tree).join("Cargo.toml");
        std::fs::read_to_string(path).unwrap_or_default()
    };
    let manifests: String = chapters.iter().map(manifest).collect();
    let root = workspace.root();
    let mut files = Vec::new();
    let mut words = said.words.clone();
    for error in &said.errors {
        let ours = files_of_the_workspace(error, root);
        if ours.is_empty() || is_damage(error, &manifests) {
            words += &error.text;
        } else {
            files.extend(ours);
        }
    }
    let is_code = trouble::is_of_the_code(&words);
    if let Some(fault) = trouble::told_by(&words).filter(|_| !is_code) {
        return Ok(Blame::Other(fault));
    }
    let cargos = files.is_empty() && !is_code;
    if let Some((file, what)) = broken_file(&said.words, root).filter(|_| cargos) {
        return Ok(Blame::Other(given::broken(root, &file, what)));
    }
    if cargos {
        return Ok(Blame::Other(
            Error::environment("cargo can't build here; its message is above")
                .next("cargo xtask doctor"),
        ));
    }
    if tree == Tree::Solutions {
        return Ok(Blame::Graded);
    }
    among(workspace, &chapters, &files)
}

fn is_damage(error: &Diagnostic, manifests: &str) -> bool {
    let missed = || error.text.split('`').nth(1).unwrap_or_default();
    let is_dependency = |name: &str| {
        ["core", "std", "test"].contains(&name)
            || manifests.contains(name)
            || manifests.contains(&name.replace('_', "-"))
    };
    DAMAGE.contains(&error.code.as_str())
        || (error.code == "E0463" && is_dependency(missed()))
}

/// The errors are in the learner's files or in files that we provide.
fn among(
    workspace: &Workspace,
    chapters: &[Chapter],
    files: &[PathBuf],
) -> Result<Blame> {
    let mut sources = Vec::new();
    for chapter in chapters {
        sources.extend(chapter_file::sources(workspace, chapter)?);
    }
    let is_own = |file: &PathBuf| {
        given::chapter_with_source(file).is_some() && !known(&sources, file)
    };
    let mut written = files.iter().any(is_own);
    for source in &sources {
        let now = source.current(workspace.root())?;
        let as_it_was = now
            .as_ref()
            .is_some_and(|now| *now == source.starter || *now == source.reference);
        if now.is_none() {
            let lost = given::broken(workspace.root(), &source.path, "is missing");
            return Ok(Blame::Other(lost));
        }
        written |= source.is_step() && !as_it_was;
        if !source.is_step() && !as_it_was && files.contains(&source.path) {
            let changed = "isn't one of the files that you write, but was changed";
            let given = given::broken(workspace.root(), &source.path, changed);
            return Ok(Blame::Other(given));
        }
    }
    for file in files
        .iter()
        .filter(|file| given::chapter_with_source(file).is_none())
    {
        if given::is_changed(workspace.root(), file) == Some(true) || !written {
            let what = "isn't one of the files that you write, but doesn't compile";
            return Ok(Blame::Other(given::broken(workspace.root(), file, what)));
        }
    }
    if !written && !files.is_empty() {
        return Ok(Blame::Other(
            Error::internal(
                "the starter doesn't compile; the compiler's errors are above",
            )
            .next("cargo xtask doctor"),
        ));
    }
    // If a check no longer compiles with the learner's code, or if the error is in a
    // module of their own, the learner can fix it.
    Ok(Blame::Graded)
}

fn known(sources: &[ChapterFile], file: &Path) -> bool {
    sources.iter().any(|source| source.path == file)
}

/// Returns the files of the workbook that an error points at, by their paths in the
/// workbook.
fn files_of_the_workspace(error: &Diagnostic, root: &Path) -> Vec<PathBuf> {
    let inside = |file: &PathBuf| {
        let file = file.strip_prefix(root).unwrap_or(file);
        is_of_the_workbook(file).then(|| file.to_owned())
    };
    error.files.iter().filter_map(inside).collect()
}

fn is_of_the_workbook(file: &Path) -> bool {
    let (exercises, solutions) = (Tree::Exercises.folder(), Tree::Solutions.folder());
    [exercises, solutions, "xtask", "Cargo.toml", "Cargo.lock"]
        .iter()
        .any(|start| file.starts_with(start))
}

/// Returns the manifest, lock file, or source file that cargo's own message names, and
/// what's wrong with it.
fn broken_file(words: &str, root: &Path) -> Option<(PathBuf, &'static str)> {
    let inside = |name: &str| {
        let file = Path::new(name);
        let file = file.strip_prefix(root).unwrap_or(file);
        let ends = |end: &&str| file.extension().is_some_and(|it| it == *end);
        let is_one = ["toml", "lock", "rs"].iter().any(ends);
        (is_one && is_of_the_workbook(file)).then(|| file.to_owned())
    };
    // The name is between backticks, or before a line and a column.
    let quoted = words
        .lines()
        .filter_map(|line| inside(line.split('`').nth(1)?));
    let pointed = words.lines().filter_map(|line| {
        let place = line.split_once("--> ")?.1;
        inside(place.rsplitn(3, ':').nth(2)?)
    });
    // The innermost cause comes last.
    let file = quoted.chain(pointed).last()?;
    let library = file.with_file_name("src").join("lib.rs");
    if file.ends_with("Cargo.toml") && !root.join(&file).exists() {
        return Some((file, "is missing"));
    }
    if words.contains("can't find library") && !root.join(&library).exists() {
        return Some((library, "is missing"));
    }
    Some((file, "can't be read; cargo's message is above"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_cargo_stumbles_over_is_named() {
        let root = Path::new("/home/ann/Courses [2026]");
        let at = |words: &str| broken_file(words, root).map(|(file, _)| file);
        let manifest =
            Some(PathBuf::from("exercises/chapter-03-connections/Cargo.toml"));
        let parse = "error: failed to load manifest for workspace member `/home/ann/Courses \
                     [2026]/exercises/chapter-03-connections`\n\nCaused by:\n  failed to \
                     parse manifest at `/home/ann/Courses [2026]/exercises/\
                     chapter-03-connections/Cargo.toml`\n";
        assert_eq!(at(parse), manifest);
        let pointed = "error: extra `=`, expected nothing\n --> \
                       exercises/chapter-03-connections/Cargo.toml:5:5\n  |\n";
        assert_eq!(at(pointed), manifest);
        let lock = "error: failed to parse lock file at: /x\n";
        assert_eq!(at(lock), None);
        assert_eq!(at("error: could not compile `a` (lib)\n"), None);
    }
}
