//! `cargo xtask solution`: shows the difference between the learner's crate and the
//! reference solution.

use std::io::{self, BufRead, IsTerminal, Write};

use course::{say, screen};
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};
use xtask::chapter::chapter_file::{self, ChapterFile};
use xtask::chapter::workspace::Workspace;
use xtask::chapter::{Chapter, Tree};
use xtask::cli::args::Args;
use xtask::cli::error::{Error, Exit, Result};
use xtask::cli::terminal::{Style, paint};
use xtask::state::progress::Progress;

/// Lines shown around each difference.
const CONTEXT: usize = 3;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &["--reveal"], &[])?;
    let workspace = Workspace::find()?;
    let word = args.one_name("chapter", "cargo xtask solution chapter-1")?;
    let chapter = workspace.chapter(word)?;
    let checks = workspace.checks_file(chapter)?;
    let progress = Progress::read(&workspace)?;
    if !progress.passes_now(&workspace, chapter, &checks)?
        && !args.has("--reveal")
        && !agreed(chapter)?
    {
        say!(
            "Nothing was shown. For a hint: cargo xtask hint {}",
            chapter.name()
        );
        return Ok(Exit::Passed);
    }
    show(&workspace, chapter)
}

/// Asks before the reference solution is shown to somebody who is still working on the
/// chapter.
fn agreed(chapter: &Chapter) -> Result<bool> {
    let name = chapter.name();
    if !io::stdin().is_terminal() {
        return Err(Error::usage(format!("{name} doesn't pass yet"))
            .next(format!("cargo xtask solution {name} --reveal")));
    }
    print!("{name} doesn't pass yet. Show the reference solution anyway? [y/N] ");
    let mut answer = String::new();
    io::stdout()
        .flush()
        .and_then(|()| io::stdin().lock().read_line(&mut answer))
        .map_err(|error| Error::environment(format!("can't ask: {error}")))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn show(workspace: &Workspace, chapter: &Chapter) -> Result<Exit> {
    let mut same = true;
    for source in chapter_file::sources(workspace, chapter)? {
        let yours = source.current(workspace.root())?.unwrap_or_default();
        if yours != source.reference && (source.is_step() || yours != source.starter) {
            same = false;
            print!("{}", screen::shown(&difference(&source, &yours)));
        }
    }
    if same {
        say!("Your code is the same as the reference solution, line for line.");
    } else {
        let folder = chapter.path(workspace.root(), Tree::Solutions);
        let folder = folder.strip_prefix(workspace.root()).unwrap_or(&folder);
        say!(
            "\n- yours   + the reference solution; its files are in {}/src",
            folder.display()
        );
    }
    Ok(Exit::Passed)
}

/// A unified diff with line numbers.
fn difference(source: &ChapterFile, yours: &str) -> String {
    let old: Vec<&str> = yours.lines().collect();
    let new: Vec<&str> = source.reference.lines().collect();
    let ops = capture_diff_slices(Algorithm::Patience, &old, &new);
    let mut text = paint(Style::Strong, &format!("{}\n", source.path.display()));
    for group in group_diff_ops(ops, CONTEXT) {
        text += &hunk(&group, &old, &new);
    }
    text
}

fn hunk(group: &[DiffOp], old: &[&str], new: &[&str]) -> String {
    let from = group.first().map_or(0, |op| op.old_range().start) + 1;
    let mut text = format!("@@ your line {from} @@\n");
    for change in group.iter().flat_map(|op| op.iter_changes(old, new)) {
        let line = change.value();
        text += &match change.tag() {
            ChangeTag::Equal => format!("  {line}\n"),
            ChangeTag::Delete => paint(Style::Bad, &format!("- {line}")) + "\n",
            ChangeTag::Insert => paint(Style::Good, &format!("+ {line}")) + "\n",
        };
    }
    text
}
