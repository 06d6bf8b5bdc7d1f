//! The servers to measure: which chapters have one, and how it is built.

use std::fs;
use std::path::Path;

use lab::server;
use programs::Executable;
use words::complain;

use crate::fault::Fault;
use crate::options::Options;

/// Measured when no chapter is named: the failure, and the cure.
const DEFAULT: [u32; 2] = [5, 8];
/// The chapter whose server reads the whole file first.
const NAIVE: u32 = 5;
/// Chapters whose program takes `--listen` and `--file`.
const SERVERS: [u32; 4] = [5, 8, 10, 13];

/// A chapter to measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chapter {
    /// Its number.
    pub(crate) number: u32,
    /// Its noun.
    pub(crate) noun: String,
}

/// A server that is ready to start.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// Its name for programs: `chapter-5`, `chapter-5-mine`, `node-naive`.
    pub(crate) server: String,
    /// Whose it is, for people.
    pub(crate) label: String,
    /// The program, which takes `--listen` and `--file`.
    pub(crate) program: server::Program,
    /// What to type when it does not serve.
    pub(crate) next: String,
    /// Whether it holds the whole file for each client.
    pub(crate) is_naive: bool,
    /// Whether it is ours: then nothing is wrong with the learner's.
    pub(crate) is_reference: bool,
}

impl Chapter {
    /// The stable name, `chapter-5`.
    pub(crate) fn name(&self) -> String {
        format!("chapter-{}", self.number)
    }

    fn folder(&self) -> String {
        format!("chapter-{:02}-{}", self.number, self.noun)
    }

    /// Whether its server holds the whole file for each client.
    pub(crate) fn is_naive(&self) -> bool {
        self.number == NAIVE
    }
}

/// The chapters that the options name.
pub(crate) fn chapters(root: &Path, options: &Options) -> Result<Vec<Chapter>, Fault> {
    let mut there = servers(&root.join("exercises"))?;
    if options.chapters.is_empty() {
        there.retain(|chapter| DEFAULT.contains(&chapter.number));
        let none = there.is_empty();
        return if none {
            Err(Fault::NothingMeasured)
        } else {
            Ok(there)
        };
    }
    let folders: Vec<String> = there.iter().map(Chapter::folder).collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    let here = std::env::current_dir().unwrap_or_default();
    let find = |word: &String| match words::chapter::meant(&folders, word, &here) {
        Ok(at) => Ok(there[at].clone()),
        Err(_) => Err(Fault::NoServer {
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

fn servers(exercises: &Path) -> Result<Vec<Chapter>, Fault> {
    let entries = fs::read_dir(exercises).map_err(|error| Fault::File {
        doing: "read",
        path: exercises.to_owned(),
        error,
    })?;
    let mut chapters: Vec<Chapter> = entries
        .flatten()
        .filter_map(|entry| {
            let folder = entry.file_name().to_string_lossy().into_owned();
            let (number, noun) = words::chapter::parts(&folder)?;
            let noun = noun.to_owned();
            Some(Chapter { number, noun }).filter(|_| SERVERS.contains(&number))
        })
        .collect();
    chapters.sort_by_key(|chapter| chapter.number);
    Ok(chapters)
}

/// Builds the servers; cargo's own words go to standard error.
pub(crate) fn build(
    chapters: &[Chapter],
    options: &Options,
) -> Result<Vec<Program>, Fault> {
    // The learner's first: it is what was asked for.
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

fn program(chapter: &Chapter, mine: bool, options: &Options) -> Result<Program, Fault> {
    let name = chapter.name();
    let (package, server, whose) = match mine {
        true => (name.clone(), format!("{name}-mine"), "yours"),
        false => (format!("{name}-solution"), name.clone(), "reference"),
    };
    options.tell().building(&server);
    complain!("Building {package}.");
    let path = Executable::of(&package).release(options.release).build()?;
    Ok(Program {
        server,
        label: format!("{} ({name}, {whose})", chapter.noun),
        program: server::Program::new(path),
        next: format!("cargo xtask check {name}"),
        is_naive: chapter.is_naive(),
        is_reference: !mine,
    })
}
