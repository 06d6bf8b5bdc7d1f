//! `cargo xtask sync`: writes the starters that the solutions describe.

use std::collections::BTreeMap;

use course::starter::Cut;
use course::{hash, say};
use xtask::chapter::chapter_file::{self, ChapterFile};
use xtask::chapter::workspace::Workspace;
use xtask::cli::args::Args;
use xtask::cli::error::{Error, Exit, Result};
use xtask::state::lock::Lock;

/// At most this many files in a chapter: five steps, one of which may have two short
/// files.
const FILES: usize = 6;
/// At most this many lines of code in a function body, and twice as many in a step.
const LINES: usize = 30;
/// The hashes of the starters that were written last, by their paths. They distinguish
/// a learner's file from an outdated starter.
const STARTER_HASHES: &str = "solutions/between/starters.tsv";

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &["--check"], &[])?;
    args.at_most(0)?;
    let workspace = Workspace::find()?;
    let _lock = Lock::take(&workspace)?;
    let sources = all(&workspace)?;
    let written = read_hashes(&workspace)?;
    let mut differences = Vec::new();
    for source in &sources {
        differences.extend(judge(&workspace, source, &written)?);
    }
    let orphans = orphans(&workspace, &sources, &written)?;
    if args.has("--check") {
        return Ok(report(&differences, &orphans, sources.len()));
    }
    for (source, _) in differences
        .iter()
        .filter(|(_, state)| *state == State::Outdated)
    {
        chapter_file::write(&workspace.root().join(&source.path), &source.starter)?;
        say!("wrote {}", source.path.display());
    }
    let edited: Vec<&ChapterFile> = differences
        .iter()
        .filter(|(_, state)| *state == State::Edited)
        .map(|(source, _)| *source)
        .collect();
    let kept = remove(&workspace, &orphans)?;
    write_hashes(&workspace, &sources, &edited, &kept, &written)?;
    match edited.first() {
        None => Ok(Exit::Passed),
        Some(source) => Err(Error::usage(format!(
            "{} has been edited since sync wrote it, and sync never writes over work",
            source.path.display()
        ))
        .next("cargo xtask reset for its chapter keeps a copy and starts again")),
    }
}

/// A starter whose solution is gone, usually because it was renamed.
struct Orphan<'a> {
    path: &'a str,
    hash: &'a str,
    is_edited: bool,
}

fn orphans<'a>(
    workspace: &Workspace,
    sources: &[ChapterFile],
    written: &'a BTreeMap<String, String>,
) -> Result<Vec<Orphan<'a>>> {
    let mut orphans = Vec::new();
    for (path, listed) in written {
        if sources.iter().any(|source| slashed(source) == *path) {
            continue;
        }
        if let Some(text) = chapter_file::read(&workspace.root().join(path))? {
            orphans.push(Orphan {
                path,
                hash: listed,
                is_edited: content_hash(&text) != *listed,
            });
        }
    }
    Ok(orphans)
}

/// Removes the orphans that nobody has edited, and returns the others.
fn remove<'a>(
    workspace: &Workspace,
    orphans: &'a [Orphan<'a>],
) -> Result<Vec<&'a Orphan<'a>>> {
    let (kept, gone): (Vec<&Orphan>, Vec<&Orphan>) =
        orphans.iter().partition(|orphan| orphan.is_edited);
    for Orphan { path, .. } in gone {
        std::fs::remove_file(workspace.root().join(path)).map_err(|error| {
            Error::environment(format!("can't remove {path}: {error}"))
        })?;
        say!("removed {path}, because its solution is gone");
    }
    for Orphan { path, .. } in &kept {
        say!("{path}: its solution is gone, but the file was edited, so it stays");
    }
    Ok(kept)
}

/// Writes the list of starters. The entry of an edited file stays as it was.
fn write_hashes(
    workspace: &Workspace,
    sources: &[ChapterFile],
    edited: &[&ChapterFile],
    kept: &[&Orphan],
    written: &BTreeMap<String, String>,
) -> Result<()> {
    let mut lines = String::new();
    for source in sources {
        let path = slashed(source);
        let is_edited = edited.iter().any(|edited| edited.path == source.path);
        let hash = match (is_edited, written.get(&path)) {
            (true, Some(hash)) => hash.clone(),
            (true, None) => continue,
            (false, _) => content_hash(&source.starter),
        };
        lines += &format!("{hash}\t{path}\n");
    }
    for Orphan { path, hash, .. } in kept {
        lines += &format!("{hash}\t{path}\n");
    }
    chapter_file::write(&workspace.root().join(STARTER_HASHES), &lines)
}

/// Returns every file of every chapter, if no chapter asks for too much.
fn all(workspace: &Workspace) -> Result<Vec<ChapterFile>> {
    let mut all = Vec::new();
    for chapter in workspace.chapters() {
        let sources = chapter_file::sources(workspace, chapter)?;
        let steps: Vec<&ChapterFile> =
            sources.iter().filter(|source| source.is_step()).collect();
        if steps.len() > FILES {
            let name = chapter.name();
            let count = steps.len();
            return Err(Error::internal(format!(
                "in {name} the learner writes {count} files, but the limit is {FILES}"
            )));
        }
        for step in steps {
            let path = step.path.display();
            if let Some(cut) = step.cuts.iter().find(|cut| cut.lines > LINES) {
                let Cut { name, lines } = cut;
                return Err(Error::internal(format!(
                    "`{name}` in {path} has {lines} lines, but the limit is {LINES}"
                )));
            }
            let lines: usize = step.cuts.iter().map(|cut| cut.lines).sum();
            let most = 2 * LINES;
            if lines > most {
                return Err(Error::internal(format!(
                    "{path} asks the learner for {lines} lines, but the limit is {most}"
                )));
            }
        }
        all.extend(sources);
    }
    Ok(all)
}

/// How a starter on disk differs from the one that its solution describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It's the one that was written last, but the solution has changed since; or it
    /// doesn't exist.
    Outdated,
    /// Somebody has edited it.
    Edited,
    /// It's correct, but the list of starters is outdated.
    Unlisted,
}

fn judge<'a>(
    workspace: &Workspace,
    source: &'a ChapterFile,
    written: &BTreeMap<String, String>,
) -> Result<Option<(&'a ChapterFile, State)>> {
    let current = source.current(workspace.root())?;
    let listed = written.get(&slashed(source));
    let state = match current {
        Some(text) if text == source.starter => {
            (listed != Some(&content_hash(&text))).then_some(State::Unlisted)
        }
        // A new chapter needs an empty `lib.rs`, or cargo couldn't even start this
        // program.
        Some(text) if text.is_empty() => Some(State::Outdated),
        Some(text) if listed != Some(&content_hash(&text)) => Some(State::Edited),
        _ => Some(State::Outdated),
    };
    Ok(state.map(|state| (source, state)))
}

fn report(
    differences: &[(&ChapterFile, State)],
    orphans: &[Orphan],
    count: usize,
) -> Exit {
    let mut exit = Exit::Passed;
    for Orphan { path, .. } in orphans {
        say!("{path}: its solution is gone");
        exit = Exit::Failed;
    }
    for (source, state) in differences {
        let path = source.path.display();
        match state {
            State::Edited => say!("{path}: was edited, so it stays as it is"),
            State::Outdated => {
                say!("{path}: differs from its solution");
                exit = Exit::Failed;
            }
            State::Unlisted => {
                say!("{path}: not listed in {STARTER_HASHES}");
                exit = Exit::Failed;
            }
        }
    }
    match exit {
        Exit::Passed => say!("{count} files match their solutions."),
        _ => say!("Next: cargo xtask sync"),
    }
    exit
}

fn read_hashes(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    let text =
        chapter_file::read(&workspace.root().join(STARTER_HASHES))?.unwrap_or_default();
    Ok(text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(hash, path)| (path.to_owned(), hash.to_owned()))
        .collect())
}

/// Returns the path as it's written in the list, which is the same on every operating
/// system.
fn slashed(source: &ChapterFile) -> String {
    source.path.to_string_lossy().replace('\\', "/")
}

fn content_hash(text: &str) -> String {
    hash::of(text).to_string()
}
