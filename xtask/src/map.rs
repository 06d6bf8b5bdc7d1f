//! `cargo xtask` alone: where am I, and the one command to type next.

use crate::args::Args;
use crate::chapter::{Chapter, Tree};
use crate::exit::{Exit, Result};
use crate::progress::{Progress, Standing};
use crate::table::Table;
use crate::terminal::{Ink, paint, symbol};
use crate::workspace::Workspace;

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    Args::parse(words, &[], &[])?;
    let workspace = Workspace::find()?;
    let progress = Progress::read(&workspace)?;
    println!(
        "{}\n",
        paint(
            Ink::Strong,
            "Flat Memory: networks, streams and backpressure"
        )
    );
    let (mut first, mut next) = (None, None);
    for chapter in workspace.chapters() {
        let table = Table::read(&chapter.path(workspace.root(), Tree::Exercises))?;
        let standing = progress.standing(&workspace, chapter, &table)?;
        println!("{}", line(chapter, &table, &standing));
        let done = matches!(standing, Standing::Passed | Standing::Reference);
        match standing {
            // Whoever began later than chapter 1 goes on from there.
            Standing::Passed | Standing::Partly { .. } | Standing::Changed => {
                next = if done { None } else { Some(chapter) };
            }
            Standing::Untouched => next = next.or(Some(chapter)),
            Standing::Reference => {}
        }
        if !done && first.is_none() {
            first = Some(chapter);
        }
    }
    println!();
    match next.or(first) {
        Some(chapter) => {
            let command = format!("Next: cargo xtask check {}", chapter.name());
            println!("{}", paint(Ink::Strong, &command));
        }
        None => println!("Every chapter is done."),
    }
    println!("The book: cargo xtask book     All commands: cargo xtask --help");
    Ok(Exit::Passed)
}

fn line(chapter: &Chapter, table: &Table, standing: &Standing) -> String {
    let (ink, mark, word) = match standing {
        Standing::Untouched => (Ink::Quiet, symbol("○", "o"), "not started".to_owned()),
        Standing::Partly { passed, total } => (
            Ink::Strong,
            symbol("◐", "~"),
            format!("{passed} of {total} passed"),
        ),
        Standing::Passed => (Ink::Good, symbol("✔", "+"), "passed".to_owned()),
        Standing::Changed => (
            Ink::Strong,
            symbol("◐", "~"),
            "passed, changed since".to_owned(),
        ),
        Standing::Reference => (Ink::Quiet, symbol("□", "="), "reference".to_owned()),
    };
    let number = format!("{:>4}", chapter.number());
    let state = paint(ink, &format!("{mark} {word:<22}"));
    format!("{number}  {:<14} {state} {}", chapter.noun(), table.title)
}
