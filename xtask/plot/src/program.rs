//! The servers to measure: which chapters have one, and how it is built.

use std::path::Path;

use course::chapter::{self, Chapter, Tree};
use course::complain;
use lab::server;
use programs::Executable;

use crate::error::Error;
use crate::options::Options;

/// The chapters that are measured if none is named: the one with the problem, and the
/// one with the solution.
const DEFAULT: [u32; 2] = [5, 8];
/// The chapter whose server reads the whole file first.
const NAIVE: u32 = 5;

/// A server that is ready to start.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// Its name for programs: `chapter-5`, `chapter-5-mine`, `node-naive`.
    pub(crate) server: String,
    /// Whose server it is, for people.
    pub(crate) label: String,
    /// The program, which takes `--listen` and `--file`.
    pub(crate) program: server::Program,
    /// What to type if it doesn't serve.
    pub(crate) next: String,
    /// Whether it holds the whole file in memory for each client.
    pub(crate) is_naive: bool,
    /// Whether it's our server, in which case a fault isn't the learner's.
    pub(crate) is_reference: bool,
}

/// Whether the chapter's server holds the whole file for each client.
pub(crate) fn is_naive(chapter: &Chapter) -> bool {
    chapter.number() == NAIVE
}

/// The chapters that the options name.
pub(crate) fn chapters(root: &Path, options: &Options) -> Result<Vec<Chapter>, Error> {
    let mut there = servers(root)?;
    if options.chapters.is_empty() {
        there.retain(|chapter| DEFAULT.contains(&chapter.number()));
        let none = there.is_empty();
        return if none {
            Err(Error::NothingMeasured)
        } else {
            Ok(there)
        };
    }
    let here = std::env::current_dir().unwrap_or_default();
    let find = |word: &String| match chapter::named(&there, word, &here) {
        Ok(chapter) => Ok(chapter.clone()),
        Err(_) => Err(Error::NoServer {
            chapter: word.clone(),
            servers: there
                .iter()
                .map(Chapter::name)
                .collect::<Vec<_>>()
                .join(" "),
        }),
    };
    options.chapters.iter().map(find).collect()
}

fn servers(root: &Path) -> Result<Vec<Chapter>, Error> {
    let mut chapters = chapter::list(root)?;
    chapters.retain(Chapter::is_server);
    Ok(chapters)
}

/// Builds the servers. Cargo's output goes to standard error.
pub(crate) fn build(
    chapters: &[Chapter],
    options: &Options,
) -> Result<Vec<Program>, Error> {
    // The learner's server comes first, because that's what was asked for.
    let both = [true, false];
    let wanted = |mine: &bool| if *mine { options.mine } else { !options.alone };
    let mut programs = Vec::new();
    for chapter in chapters {
        for mine in both.into_iter().filter(wanted) {
            programs.push(program(chapter, mine, options)?);
        }
    }
    Ok(programs)
}

fn program(chapter: &Chapter, mine: bool, options: &Options) -> Result<Program, Error> {
    let name = chapter.name();
    let (tree, server, whose) = if mine {
        (Tree::Exercises, format!("{name}-mine"), "yours")
    } else {
        (Tree::Solutions, name.clone(), "reference")
    };
    let package = chapter.package(tree);
    options.tell().building(&server);
    complain!("Building {package}.");
    let path = Executable::of(&package).release(options.release).build()?;
    Ok(Program {
        server,
        label: format!("{} ({name}, {whose})", chapter.noun()),
        program: server::Program::new(path),
        next: format!("cargo xtask check {name}"),
        is_naive: is_naive(chapter),
        is_reference: !mine,
    })
}
