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
    let mut next = None;
    for chapter in workspace.chapters() {
        let table = Table::read(&chapter.path(workspace.root(), Tree::Exercises))?;
        let standing = progress.standing(&workspace, chapter, &table)?;
        println!("{}", line(chapter, &table, &standing));
        let done = matches!(standing, Standing::Passed | Standing::Reference);
        if !done && next.is_none() {
            next = Some(chapter);
        }
    }
    println!();
    match next {
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
