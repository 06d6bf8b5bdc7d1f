//! `cargo xtask new chapter NOUN`: creates the folders of another chapter, in both
//! trees, with a check for its first step.

use std::fs;
use std::path::Path;

use course::say;
use xtask::chapter::chapter_file::write;
use xtask::chapter::workspace::Workspace;
use xtask::chapter::{Chapter, Tree};
use xtask::cli::args::Args;
use xtask::cli::error::{Error, Exit, Result};

use crate::sync;

/// An example to type, for messages.
const EXAMPLE: &str = "cargo xtask new chapter routing";

/// What no command can write: lists with an entry about each chapter.
const LISTS: &[(&str, &str)] = &[
    ("book/src/SUMMARY.md", "where its pages go in the book"),
    (
        "solutions/between/PARTS.md",
        "its public items, and who uses them later",
    ),
    (
        "solutions/between/catalog.tsv",
        "the wrong beliefs that it owns",
    ),
    (
        "solutions/between/every-part.toml",
        "a request that fails without it",
    ),
    (
        "xtask/book-builder/src/markdown/blocks/server_map.rs",
        "its part on the map of the server",
    ),
    (
        "xtask/book-builder/src/markdown/blocks/chapter_header.rs",
        "the part of the book that it belongs to",
    ),
    (
        "xtask/course/src/chapter.rs",
        "SERVERS, if its program serves a file",
    ),
];

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &[], &[])?;
    args.at_most(2)?;
    let noun = match args.names() {
        [what, noun] if what == "chapter" => noun,
        _ => {
            return Err(Error::usage(
                "`new` creates a chapter: it needs the word `chapter`, and then a noun for its name",
            )
            .next(EXAMPLE));
        }
    };
    let workspace = Workspace::find()?;
    let last = workspace.chapters().last();
    let number = last.map_or(1, |chapter| chapter.number() + 1);
    let folder = format!("chapter-{number:02}-{noun}");
    let chapter = Chapter::from_folder(&folder).ok_or_else(|| {
        Error::usage(format!("`{noun}` isn't a noun of small letters")).next(EXAMPLE)
    })?;
    if workspace
        .chapters()
        .iter()
        .any(|other| other.noun() == noun)
    {
        return Err(Error::usage(format!("a chapter `{noun}` exists already")));
    }
    add_members(workspace.root(), last, &chapter)?;
    write_files(workspace.root(), &chapter)?;
    sync::run(&[])?;
    say!(
        "\nIts package, its first step, and its first check have been created. Add it by hand to:"
    );
    for (file, what) in LISTS {
        if workspace.root().join(file).exists() {
            say!("  {file}: {what}");
        }
    }
    say!("\nNext: cargo xtask check {} --solution", chapter.name());
    Ok(Exit::Passed)
}

/// Adds both crates to the lists of the root manifest, after those of the last chapter.
fn add_members(root: &Path, last: Option<&Chapter>, chapter: &Chapter) -> Result<()> {
    let path = root.join("Cargo.toml");
    let mut manifest = fs::read_to_string(&path)
        .map_err(|error| Error::file("read", &path, &error))?;
    for tree in Tree::ALL {
        let row =
            |chapter: &Chapter| format!("\"{}/{}\"", tree.folder(), chapter.folder());
        if let Some(before) = last.map(row) {
            let both = format!("{before},\n    {}", row(chapter));
            manifest = manifest.replace(&before, &both);
        }
    }
    write(&path, &manifest)?;
    say!("Cargo.toml: two more members");
    Ok(())
}

fn write_files(root: &Path, chapter: &Chapter) -> Result<()> {
    let exercise = chapter.path(root, Tree::Exercises);
    let solution = chapter.path(root, Tree::Solutions);
    let filled = |text: &str| {
        let text = text.replace("{number}", &chapter.number().to_string());
        let text = text.replace("{noun}", chapter.noun());
        text.replace("{folder}", chapter.folder())
    };
    for (path, text) in [
        (
            exercise.join("Cargo.toml"),
            include_str!("new/exercise.toml"),
        ),
        (
            exercise.join("checks.toml"),
            include_str!("new/checks.toml"),
        ),
        (
            exercise.join("tests/check/main.rs"),
            include_str!("new/check_main.rs.in"),
        ),
        // Cargo refuses a crate without this file, and `sync` fills it.
        (exercise.join("src/lib.rs"), ""),
        (
            solution.join("Cargo.toml"),
            include_str!("new/solution.toml"),
        ),
        (solution.join("wrong.toml"), include_str!("new/wrong.toml")),
        (solution.join("src/lib.rs"), include_str!("new/lib.rs.in")),
        (solution.join("src/step.rs"), include_str!("new/step.rs.in")),
    ] {
        write(&path, &filled(text))?;
        let shown = path.strip_prefix(root).unwrap_or(&path);
        say!("wrote {}", shown.display());
    }
    Ok(())
}
