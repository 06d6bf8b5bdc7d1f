//! A chapter: its number, its noun, and its two mirrored crates.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::exit::{Fault, Result};
use crate::given;
use crate::workspace::Workspace;

/// One chapter, known by its folder `chapter-NN-noun`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    number: u32,
    folder: String,
}

/// Whose crate is meant: the learner's, or the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    /// What the learner edits.
    Exercises,
    /// The complete reference.
    Solutions,
}

impl Tree {
    /// The tree's folder at the root of the workbook.
    pub fn folder(self) -> &'static str {
        match self {
            Tree::Exercises => "exercises",
            Tree::Solutions => "solutions",
        }
    }
}

impl Chapter {
    /// The chapter's number, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The stable name, `chapter-4`: also the package's name.
    pub fn name(&self) -> String {
        format!("chapter-{}", self.number)
    }

    /// The folder's name, `chapter-04-messages`, in both trees.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The noun, `messages`: also the library's name.
    pub fn noun(&self) -> &str {
        self.folder.splitn(3, '-').nth(2).unwrap_or(&self.folder)
    }

    /// The crate's folder in one of the trees.
    pub fn path(&self, root: &Path, tree: Tree) -> PathBuf {
        root.join(tree.folder()).join(&self.folder)
    }

    /// The package's name in one of the trees.
    pub fn package(&self, tree: Tree) -> String {
        match tree {
            Tree::Exercises => self.name(),
            Tree::Solutions => format!("{}-solution", self.name()),
        }
    }

    /// The earlier chapters that this one is built on, nearest last.
    pub fn built_on(&self, workspace: &Workspace) -> Result<Vec<Chapter>> {
        let mut found = Vec::new();
        let mut open = vec![self.clone()];
        while let Some(chapter) = open.pop() {
            for folder in chapter.dependencies(workspace.root())? {
                let earlier = workspace.chapters().iter().find(|c| c.folder == folder);
                if let Some(earlier) =
                    earlier.filter(|earlier| !found.contains(*earlier))
                {
                    found.push(earlier.clone());
                    open.push(earlier.clone());
                }
            }
        }
        found.sort_by_key(Chapter::number);
        Ok(found)
    }

    /// The folders that the exercise's manifest names as `../chapter-NN-noun`.
    fn dependencies(&self, root: &Path) -> Result<Vec<String>> {
        let path = self.path(root, Tree::Exercises).join("Cargo.toml");
        let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => given::broken(root, &path, "is missing"),
            _ => Fault::file("read", &path, &error),
        })?;
        let manifest = toml_span::parse(&text).map_err(|error| {
            given::broken(root, &path, &format!("isn't a manifest: {error}"))
        })?;
        let Some(dependencies) = manifest
            .pointer("/dependencies")
            .and_then(|value| value.as_table())
        else {
            return Ok(Vec::new());
        };
        Ok(dependencies
            .values()
            .filter_map(|value| value.pointer("/path")?.as_str()?.strip_prefix("../"))
            .map(str::to_owned)
            .collect())
    }

    /// The chapter that a folder of this name holds: `chapter-NN-noun`.
    pub fn from_folder(folder: &str) -> Option<Self> {
        let (number, _) = words::chapter::parts(folder)?;
        Some(Self {
            number,
            folder: folder.to_owned(),
        })
    }
}

/// The chapters in the folder `exercises`, sorted by number.
pub fn list(exercises: &Path) -> Result<Vec<Chapter>> {
    let entries = fs::read_dir(exercises)
        .map_err(|error| Fault::file("read", exercises, &error))?;
    let mut chapters: Vec<Chapter> = entries
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| Chapter::from_folder(&entry.file_name().to_string_lossy()))
        .collect();
    chapters.sort_by_key(Chapter::number);
    Ok(chapters)
}

/// The chapter that `word` means, by the grammar that all commands share.
pub fn named<'a>(chapters: &'a [Chapter], word: &str) -> Result<&'a Chapter> {
    let folders: Vec<&str> = chapters.iter().map(Chapter::folder).collect();
    let here = std::env::current_dir().unwrap_or_default();
    let unknown = match words::chapter::meant(&folders, word, &here) {
        Ok(at) => return Ok(&chapters[at]),
        Err(unknown) => unknown,
    };
    let fault = Fault::usage(format!("there is no chapter `{}`", unknown.word));
    Err(match unknown.near {
        Some(near) => fault.next(format!("did you mean `{near}`?")),
        None => {
            let names: Vec<String> = chapters.iter().map(Chapter::name).collect();
            fault.next(format!("the chapters are {}", names.join(", ")))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_chapter_is_met_with_what_there_is() {
        let chapters: Vec<Chapter> = ["chapter-01-addresses", "chapter-04-messages"]
            .iter()
            .filter_map(|folder| Chapter::from_folder(folder))
            .collect();
        assert_eq!(named(&chapters, "messages").unwrap().number(), 4);
        let fault = named(&chapters, "mesages").unwrap_err().to_string();
        assert!(fault.contains("did you mean `messages`?"), "{fault}");
        let fault = named(&chapters, "99").unwrap_err().to_string();
        assert!(fault.contains("chapter-1, chapter-4"), "{fault}");
    }
}
