//! `cargo xtask rename`: renames the file of a step, in both trees and wherever it's
//! mentioned.

use std::fs;
use std::path::{Path, PathBuf};

use course::say;
use xtask::chapter::chapter_file::{self, files_below};
use xtask::chapter::workspace::Workspace;
use xtask::chapter::{Chapter, Tree};
use xtask::cli::args::Args;
use xtask::cli::error::{Error, Exit, Result};

use crate::sync;

/// An example to type, for messages.
const EXAMPLE: &str =
    "cargo xtask rename solutions/chapter-03-connections/src/line.rs reader.rs";

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &[], &[])?;
    args.at_most(2)?;
    let [old, new] = args.names() else {
        return Err(Error::usage("which file, and what is its new name?").next(EXAMPLE));
    };
    let workspace = Workspace::find()?;
    let rename = Rename::of(&workspace, old, new)?;
    rename.carry_out()?;
    let rest = rename.other_mentions()?;
    // The starters are cut from the files that were just written.
    sync::run(&[])?;
    if !rest.is_empty() {
        let old = rename.old.module();
        say!("\nThese lines still contain `{old}`, so check them yourself:");
        rest.iter().for_each(|line| say!("  {line}"));
    }
    say!(
        "\nNext: cargo xtask check {} --solution",
        rename.chapter.name()
    );
    Ok(Exit::Passed)
}

/// One file of a chapter, by its path below the chapter's folder: `src/line.rs`.
struct Inside(String);

impl Inside {
    /// Its name: `line.rs`.
    fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Its name in `mod` declarations: `line`.
    fn module(&self) -> &str {
        self.name().trim_end_matches(".rs")
    }
}

struct Rename<'a> {
    workspace: &'a Workspace,
    chapter: Chapter,
    old: Inside,
    new: Inside,
}

impl<'a> Rename<'a> {
    fn of(workspace: &'a Workspace, old: &str, new: &str) -> Result<Self> {
        let slashed = old.replace('\\', "/");
        let Some((folder, inside)) = slashed.split_once("/src/") else {
            let what = format!("`{old}` isn't a file in the `src` of a chapter");
            return Err(Error::usage(what).next(EXAMPLE));
        };
        let chapter = workspace.chapter(folder)?.clone();
        let is_module = |name: &str| {
            let stem = name.strip_suffix(".rs").unwrap_or_default();
            let is_letter =
                |c: char| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit();
            stem.starts_with(|c: char| c.is_ascii_lowercase())
                && stem.chars().all(is_letter)
        };
        let name = new.replace('\\', "/");
        let name = name.rsplit('/').next().unwrap_or_default();
        if !is_module(name) {
            let what = format!("`{new}` isn't the name of a module's file");
            return Err(Error::usage(what).next(EXAMPLE));
        }
        let folder = inside.rsplit_once('/').map_or("", |(folder, _)| folder);
        let new = match folder {
            "" => format!("src/{name}"),
            folder => format!("src/{folder}/{name}"),
        };
        let rename = Self {
            workspace,
            chapter,
            old: Inside(format!("src/{inside}")),
            new: Inside(new),
        };
        let solution = rename.folder(Tree::Solutions);
        if !solution.join(&rename.old.0).is_file() {
            let path = solution.join(&rename.old.0);
            return Err(Error::usage(format!("there is no {}", rename.shown(&path))));
        }
        if solution.join(&rename.new.0).exists() {
            let path = solution.join(&rename.new.0);
            return Err(Error::usage(format!(
                "{} exists already",
                rename.shown(&path)
            )));
        }
        Ok(rename)
    }

    fn folder(&self, tree: Tree) -> PathBuf {
        self.chapter.path(self.workspace.root(), tree)
    }

    fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(self.workspace.root()).unwrap_or(path);
        path.display().to_string().replace('\\', "/")
    }

    fn carry_out(&self) -> Result<()> {
        for tree in Tree::ALL {
            self.move_file(&self.folder(tree), &self.old.0, &self.new.0)?;
        }
        // Correct programs with other designs have the same files, without `src`.
        let strip = |inside: &str| inside.trim_start_matches("src/").to_owned();
        for other in folders(&self.folder(Tree::Solutions).join("others"))? {
            self.move_file(&other, &strip(&self.old.0), &strip(&self.new.0))?;
        }
        for path in self.code()? {
            self.rewrite(&path, |text| self.in_code(text))?;
        }
        for path in self.tables_and_pages()? {
            self.rewrite(&path, |text| text.replace(&self.old.0, &self.new.0))?;
        }
        Ok(())
    }

    fn move_file(&self, folder: &Path, old: &str, new: &str) -> Result<()> {
        let (from, to) = (folder.join(old), folder.join(new));
        if from.is_file() {
            fs::rename(&from, &to)
                .map_err(|error| Error::file("rename", &from, &error))?;
            say!("{} is {} now", self.shown(&from), self.shown(&to));
        }
        Ok(())
    }

    fn rewrite(&self, path: &Path, edit: impl Fn(&str) -> String) -> Result<()> {
        let text = chapter_file::read(path)?.unwrap_or_default();
        let edited = edit(&text);
        if edited != text {
            chapter_file::write(path, &edited)?;
            say!("{}: edited", self.shown(path));
        }
        Ok(())
    }

    /// Returns the chapter's code, without the starters, because these are cut from the
    /// solution.
    fn code(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        let solution = self.folder(Tree::Solutions);
        for folder in [solution.join("src"), solution.join("others")] {
            if folder.is_dir() {
                files_below(&folder, &mut files)?;
            }
        }
        Ok(files)
    }

    /// Returns the texts that mention the file by its path.
    fn tables_and_pages(&self) -> Result<Vec<PathBuf>> {
        let solution = self.folder(Tree::Solutions);
        let mut files: Vec<PathBuf> = ["wrong.toml", "mutants.toml"]
            .into_iter()
            .map(|name| solution.join(name))
            .filter(|path| path.is_file())
            .collect();
        files.push(self.folder(Tree::Exercises).join("checks.toml"));
        let (mut pages, book) = (Vec::new(), self.workspace.root().join("book/src"));
        if book.is_dir() {
            files_below(&book, &mut pages)?;
        }
        // Another chapter may have a file with that name.
        let start = format!("chapter-{:02}-", self.chapter.number());
        let is_of_it = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&start)
        };
        files.extend(pages.into_iter().filter(is_of_it));
        Ok(files)
    }

    /// Declarations and paths of the module.
    fn in_code(&self, text: &str) -> String {
        let (old, new) = (self.old.module(), self.new.module());
        let mut edited = text.to_owned();
        for (before, after) in [
            ("mod ", ";"),
            ("crate::", "::"),
            ("crate::", ";"),
            ("super::", "::"),
            ("self::", "::"),
            ("use ", "::"),
        ] {
            edited = edited.replace(
                &format!("{before}{old}{after}"),
                &format!("{before}{new}{after}"),
            );
        }
        edited
    }

    /// Returns lines of the chapter and of other pages that may mean the module or the
    /// file.
    fn other_mentions(&self) -> Result<Vec<String>> {
        let old = self.old.module();
        let in_code = [format!("{old}::"), self.old.name().to_owned()];
        let mut files = self.code()?;
        files_below(&self.folder(Tree::Exercises).join("tests"), &mut files)?;
        files.extend(self.tables_and_pages()?);
        for name in [
            "solutions/between/PARTS.md",
            "README.md",
            "book/src/SUMMARY.md",
        ] {
            files.push(self.workspace.root().join(name));
        }
        let mut lines = Vec::new();
        for path in files {
            let text = chapter_file::read(&path)?.unwrap_or_default();
            for (index, line) in text.lines().enumerate() {
                if in_code.iter().any(|word| stands_alone(line, word)) {
                    lines.push(format!(
                        "{}:{}: {}",
                        self.shown(&path),
                        index + 1,
                        line.trim()
                    ));
                }
            }
        }
        Ok(lines)
    }
}

/// Returns whether the line contains the word, and not only as the end of a longer
/// word.
fn stands_alone(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}

fn folders(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let entries =
        fs::read_dir(path).map_err(|error| Error::file("read", path, &error))?;
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths.filter(|path| path.is_dir()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_word_that_stands_alone_is_a_mention() {
        assert!(stands_alone("use line::Reader;", "line::"));
        assert!(stands_alone("\"src/line.rs\"", "line.rs"));
        assert!(!stands_alone("use outline::Reader;", "line::"));
        assert!(!stands_alone("a line of text", "line::"));
    }
}
