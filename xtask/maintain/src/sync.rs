//! `cargo xtask sync`: writes the starters that the solutions describe.

use std::collections::BTreeMap;

use words::say;

use crate::args::Args;
use crate::exit::{Exit, Fault, Result};
use crate::lock::Lock;
use crate::task::{self, Source};
use crate::workspace::Workspace;

/// At most this many tasks a chapter.
const TASKS: usize = 4;
/// At most this many lines of code a task.
const LINES: usize = 30;
/// The last starters that were written, by their paths: a number that changes
/// with the text. So a learner's file is told from an outdated starter.
const WRITTEN: &str = "solutions/starters.tsv";

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &["--check"], &[])?;
    args.at_most(0)?;
    let workspace = Workspace::find()?;
    let _lock = Lock::take(&workspace)?;
    let sources = all(&workspace)?;
    let written = read_written(&workspace)?;
    let mut told = Vec::new();
    for source in &sources {
        told.extend(judge(&workspace, source, &written)?);
    }
    let orphans = orphans(&workspace, &sources, &written)?;
    if args.has("--check") {
        return Ok(report(&told, &orphans, sources.len()));
    }
    for (source, _) in told.iter().filter(|(_, state)| *state == State::Outdated) {
        task::write(&workspace.root().join(&source.path), &source.starter)?;
        say!("wrote {}", source.path.display());
    }
    let edited: Vec<&Source> = told
        .iter()
        .filter(|(_, state)| *state == State::Edited)
        .map(|(source, _)| *source)
        .collect();
    let kept = remove(&workspace, &orphans)?;
    list(&workspace, &sources, &edited, &kept, &written)?;
    match edited.first() {
        None => Ok(Exit::Passed),
        Some(source) => Err(Fault::usage(format!(
            "{} has been edited since sync wrote it, and sync never writes over work",
            source.path.display()
        ))
        .next("cargo xtask reset for its chapter keeps a copy and starts again")),
    }
}

/// A starter that was written once, and whose solution is gone: renamed, mostly.
struct Orphan<'a> {
    path: &'a str,
    number: &'a str,
    is_edited: bool,
}

fn orphans<'a>(
    workspace: &Workspace,
    sources: &[Source],
    written: &'a BTreeMap<String, String>,
) -> Result<Vec<Orphan<'a>>> {
    let mut orphans = Vec::new();
    for (path, listed) in written {
        if sources.iter().any(|source| slashed(source) == *path) {
            continue;
        }
        if let Some(text) = task::read(&workspace.root().join(path))? {
            orphans.push(Orphan {
                path,
                number: listed,
                is_edited: number(&text) != *listed,
            });
        }
    }
    Ok(orphans)
}

/// Removes the orphans that nobody has worked on, and returns the others.
fn remove<'a>(
    workspace: &Workspace,
    orphans: &'a [Orphan<'a>],
) -> Result<Vec<&'a Orphan<'a>>> {
    let (kept, gone): (Vec<&Orphan>, Vec<&Orphan>) =
        orphans.iter().partition(|orphan| orphan.is_edited);
    for Orphan { path, .. } in gone {
        std::fs::remove_file(workspace.root().join(path)).map_err(|error| {
            Fault::machine(format!("cannot remove {path}: {error}"))
        })?;
        say!("removed {path}: its solution is gone");
    }
    for Orphan { path, .. } in &kept {
        say!("{path}: its solution is gone; it has been edited, so it stays");
    }
    Ok(kept)
}

/// Writes the list of starters; an edited file keeps the line that it had.
fn list(
    workspace: &Workspace,
    sources: &[Source],
    edited: &[&Source],
    kept: &[&Orphan],
    written: &BTreeMap<String, String>,
) -> Result<()> {
    let mut lines = String::new();
    for source in sources {
        let path = slashed(source);
        let is_edited = edited.iter().any(|edited| edited.path == source.path);
        let number = match (is_edited, written.get(&path)) {
            (true, Some(number)) => number.clone(),
            (true, None) => continue,
            (false, _) => number(&source.starter),
        };
        lines += &format!("{number}\t{path}\n");
    }
    for Orphan { path, number, .. } in kept {
        lines += &format!("{number}\t{path}\n");
    }
    task::write(&workspace.root().join(WRITTEN), &lines)
}

/// Every file of every chapter, if no chapter asks too much.
fn all(workspace: &Workspace) -> Result<Vec<Source>> {
    let mut all = Vec::new();
    for chapter in workspace.chapters() {
        let sources = task::sources(workspace, chapter)?;
        let tasks: Vec<&Source> =
            sources.iter().filter(|source| source.is_task()).collect();
        if tasks.len() > TASKS {
            let name = chapter.name();
            let count = tasks.len();
            return Err(Fault::runner(format!(
                "{name} has {count} tasks; at most {TASKS}"
            )));
        }
        for task in tasks {
            let lines: usize = task.cuts.iter().map(|cut| cut.lines).sum();
            if lines > LINES {
                let path = task.path.display();
                return Err(Fault::runner(format!(
                    "{path} asks the learner for {lines} lines; at most {LINES}"
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
    /// It is the one written last, and the solution has moved on; or it is not
    /// there.
    Outdated,
    /// Somebody has worked on it.
    Edited,
    /// It is right, and the list of written starters does not say so.
    Unlisted,
}

fn judge<'a>(
    workspace: &Workspace,
    source: &'a Source,
    written: &BTreeMap<String, String>,
) -> Result<Option<(&'a Source, State)>> {
    let current = source.current(workspace.root())?;
    let listed = written.get(&slashed(source));
    let state = match current {
        Some(text) if text == source.starter => {
            (listed != Some(&number(&text))).then_some(State::Unlisted)
        }
        // A new chapter needs an empty `lib.rs`, or cargo would not even start us.
        Some(text) if text.is_empty() => Some(State::Outdated),
        Some(text) if listed != Some(&number(&text)) => Some(State::Edited),
        _ => Some(State::Outdated),
    };
    Ok(state.map(|state| (source, state)))
}

fn report(told: &[(&Source, State)], orphans: &[Orphan], count: usize) -> Exit {
    let mut exit = Exit::Passed;
    for Orphan { path, .. } in orphans {
        say!("{path}: its solution is gone");
        exit = Exit::Failed;
    }
    for (source, state) in told {
        let path = source.path.display();
        match state {
            State::Edited => say!("{path}: edited, and left alone"),
            State::Outdated => {
                say!("{path}: not what its solution describes");
                exit = Exit::Failed;
            }
            State::Unlisted => {
                say!("{path}: not listed in {WRITTEN}");
                exit = Exit::Failed;
            }
        }
    }
    match exit {
        Exit::Passed => say!("{count} files agree with their solutions."),
        _ => say!("Next: cargo xtask sync"),
    }
    exit
}

fn read_written(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    let text = task::read(&workspace.root().join(WRITTEN))?.unwrap_or_default();
    Ok(text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(number, path)| (path.to_owned(), number.to_owned()))
        .collect())
}

/// The path as the list has it on every system.
fn slashed(source: &Source) -> String {
    source.path.to_string_lossy().replace('\\', "/")
}

/// FNV-1a, 64 bits: the same on every system and in every release of Rust.
fn number(text: &str) -> String {
    let number = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |number, byte| {
            (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{number:016x}")
}
